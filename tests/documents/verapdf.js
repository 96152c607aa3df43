// Run by Rhino, which is in veraPDF's own jar, so that a JRE is enough: one JSON line per file and profile.
var foundries = org.verapdf.pdfa.Foundries, files = arguments;
org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var profiles = ["PDFA-3A", "PDFUA-1"].map(function (name) {
  var stream = java.lang.ClassLoader.getSystemResourceAsStream("org/verapdf/pdfa/validation/" + name + ".xml");
  return {name: name, rules: org.verapdf.pdfa.validation.profiles.Profiles.profileFromXml(stream)};
});
for (var i = 0; i < files.length; i++) {
  profiles.forEach(function (profile) {
    var line = {file: String(files[i]), profile: profile.name, broken: []};
    var stream = new java.io.FileInputStream(files[i]);
    var parser = foundries.defaultInstance().createParser(stream, profile.rules.getPDFAFlavour());
    var result = foundries.defaultInstance().createValidator(profile.rules, false).validate(parser);
    var broken = result.getTestAssertions().iterator();
    while (broken.hasNext()) {
      var assertion = broken.next();
      line.broken.push(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber() + " " + assertion.getMessage());
    }
    line.compliant = Boolean(result.isCompliant());
    parser.close();
    print(JSON.stringify(line));
  });
}
