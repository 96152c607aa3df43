"""The catalogue as a whole: what no single file shows."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from deploy.operator.finding_lint import unfindable
from deploy.operator.product_lint import Fault, of_product, of_sources
from deploy.operator.unread import unread
from services.contracts.abroad import ways
from services.contracts.attests import FEDERAL_ATTEST
from services.contracts.catalogue import looked_through, products
from services.contracts.department_events import department_events
from services.contracts.destinations import destinations, subjects
from services.contracts.everyday_words import everyday_words
from services.contracts.facts import POPULATION, parts, source_of
from services.contracts.forms import DOCUMENT, forms, words
from services.contracts.gates import terms_of
from services.contracts.groups import at_desk, groups, situations
from services.contracts.laws import laws
from services.contracts.most_asked import most_asked
from services.contracts.product import Product
from services.contracts.rooms import extensions, files
from services.contracts.schema import Unreadable, told
from services.contracts.shared_files import questions, retentions
from services.contracts.towns import Town
from services.documents.sections import sections
from services.intake.domain.gates import check_plans, kinds
from services.registry.facts import known_facts
from services.registry.sources import source_kinds


def lint(towns: Mapping[str, Town]) -> list[Fault]:
    """All that is wrong with the catalogue of a deployment that serves these towns. While some file of it cannot be
    read, how all of them fit together is not known: then what each says by itself is told."""
    try:
        if unreadable := list(_unreadable()):
            faults = [fault for each in unreadable for fault in faults_of(each)]
            return [*faults, *_by_themselves(looked_through()[0]), *of_extensions()]
        catalogue = products()
        check_plans(catalogue.values())
    except Unreadable as wrong:
        return [*faults_of(wrong), *of_extensions()]
    except TypeError as wrong:  # two of one name, or a module that lacks what its room asks of it
        if extensions() is None:
            raise
        return [Fault(file=str(extensions()), place="", told=str(wrong))]
    return [
        *_by_themselves(catalogue),
        *_unused(catalogue),
        *_of_facts(catalogue),
        *_of_forms(catalogue),
        *_unreached(catalogue, towns),
        *(Fault(file=file, place=place, told=mend) for file, place, mend in unfindable(catalogue)),
        *of_extensions(),
    ]


def _unreadable() -> Iterator[Unreadable]:
    """Each file that cannot be read, once."""
    try:
        gates = kinds()
    except Unreadable:  # told with the other modules
        gates = {}
    data = (questions, groups, laws, retentions, department_events, destinations, subjects, ways, forms, words)
    finding = (at_desk, everyday_words, most_asked, situations)
    terms = (partial(terms_of, kind) for kind in gates)
    rooms = (kinds, known_facts, sections, source_kinds)
    readers: tuple[Callable[[], object], ...] = (*data, *finding, *terms, *rooms, products)
    found: dict[str, Unreadable] = {}
    for read in readers:
        try:
            read()
        except Unreadable as wrong:
            for each in (wrong, *wrong.others):
                found.setdefault(each.what, each)
    for each in looked_through()[1] if found else ():
        found.setdefault(each.what, each)
    yield from found.values()


def _by_themselves(catalogue: Mapping[str, Product]) -> Iterator[Fault]:
    """What is wrong with each product, whatever the others are."""
    try:
        _ = known_facts(), sections(), source_kinds()
    except Unreadable:
        return
    for product in catalogue.values():
        yield from of_product(product)
    for product in catalogue.values():
        yield from of_sources(product)


def faults_of(wrong: Unreadable) -> list[Fault]:
    """What one file says that cannot be read."""
    return [
        Fault(file=wrong.what, place=place, told="; ".join(told({"": each}))) for place, each in wrong.problems.items()
    ]


def of_extensions() -> list[Fault]:
    """What lies in a deployment's own folder and is read by nobody; nothing while its gates cannot be imported, which
    say themselves what is read for them."""
    try:
        return [Fault(file=str(path), place="", told=mend) for path, mend in unread()]
    except (Unreadable, TypeError):
        return []


def _unused(catalogue: Mapping[str, Product]) -> Iterator[Fault]:
    asked = {each.name for product in catalogue.values() for each in product.fields}
    kept = {id(product.retention) for product in catalogue.values()}
    cited = {product.law for product in catalogue.values()}
    looked_in = {product.group for product in catalogue.values()}
    for folder, names in (
        ("questions", set(questions()) - asked),
        ("groups", set(groups()) - looked_in),
        ("laws", set(laws()) - cited),
        ("department-events", set(department_events()) - {product.department_event for product in catalogue.values()}),
        ("retention", {name for name, each in retentions().items() if id(each) not in kept}),
    ):
        for name in sorted(names):
            yield Fault(file=f"{folder}/{name}.yaml", place="", told="no product refers to it; take it out")
    for name in sorted(set(at_desk()) & set(catalogue)):
        yield Fault(file=f"at-desk/{name}.yaml", place="", told="a product is called the same; call one otherwise")


def _of_facts(catalogue: Mapping[str, Product]) -> Iterator[Fault]:
    used = {fact for product in catalogue.values() for fact in product.facts}
    used |= {FEDERAL_ATTEST} if any(product.attest for product in catalogue.values()) else set()
    known = {file.stem for file in files("contracts/facts", "*.py")}
    for name, part in parts().items():
        file = f"contracts/facts/{name.replace('-', '_')}.py"
        if name.replace("-", "_") not in known:
            file = f"contracts/facts ({name})"
        if name not in used:
            yield Fault(file=file, place="", told=f"no product states {name}")
        source = source_of(part)
        if source != POPULATION and source not in source_kinds():
            yield Fault(file=file, place="source", told=f"there is no source {source} in registry/sources")


def _of_forms(catalogue: Mapping[str, Product]) -> Iterator[Fault]:
    """What entries of a form ask for is told by a section of each product that gives it; no word is of no form."""
    for id, form in forms().items():
        given = [product for product in catalogue.values() if product.gives.form == id]
        if not given:
            yield Fault(file=f"forms/{id}.yaml", place="", told="no product gives it; take it out")
        for product in given:
            told = {
                (name, what) for name in product.gives.sections if name in sections() for what in sections()[name].tells
            }
            for name, what in sorted(set(form.values) - told):
                if name != DOCUMENT:
                    asked = f"{name}.{what} is told by no section of {product.id}"
                    yield Fault(file=f"forms/{id}.yaml", place="entries", told=asked)
    used = {word for form in forms().values() for word in form.words}
    for language, said in words().items():
        for word in sorted(set(said) - used):
            yield Fault(file=f"forms/words/{language}.yaml", place=word, told="no form says it; take it out")
    members = {language for spoken in destinations().union.values() for language in spoken}
    for language in sorted(set(words()) - members):
        yield Fault(file=f"forms/words/{language}.yaml", place="", told="no country of the union takes a form in it")


def _unreached(catalogue: Mapping[str, Product], towns: Mapping[str, Town]) -> Iterator[Fault]:
    """No town offers it today. It may, once it has the sources and does not switch it off: that is a remark, unless
    there is no such source (_of_facts)."""
    if not towns:
        return
    for product in catalogue.values():
        if not any(product.is_offered_by(town) for town in towns.values()):
            lacking = sorted(product.sources - {POPULATION})
            needs = f": it needs sources.{', sources.'.join(lacking)}" if lacking else ""
            can_be = set(lacking) <= set(source_kinds())
            yield Fault(file=f"{product.id}.yaml", place="", told=f"no town offers it{needs}", remark=can_be)
