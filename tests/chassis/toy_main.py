"""Start the toy: `python -m tests.chassis.toy_main`."""

from services.chassis.run import serve

if __name__ == "__main__":
    from tests.chassis.toy import SUBSCRIPTIONS

    serve("tests.chassis.toy:Toy", settings="services.chassis.settings:AnsweringSettings", subscriptions=SUBSCRIPTIONS)
