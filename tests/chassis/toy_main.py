"""Start the toy: `python -m tests.chassis.toy_main`."""

from services.chassis.run import serve

if __name__ == "__main__":
    from tests.chassis.toy_contracts import TOPOLOGY

    serve("tests.chassis.toy:Toy", settings="tests.chassis.toy:ToySettings", topology=TOPOLOGY)
