// For each file one line of JSON: the file, and what the parser says against it, its hints as well.
const { Parser } = require("@asyncapi/parser");
const { readFileSync } = require("fs");

(async () => {
  for (const file of process.argv.slice(2)) {
    const found = await new Parser().validate(readFileSync(file, "utf8"));
    const told = found.map((each) => `${each.path.join(".")}: ${each.message}`);
    console.log(JSON.stringify({ file, told }));
  }
})();
