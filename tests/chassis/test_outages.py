"""The broker and the store die and come back; the service is not restarted and loses nothing."""

import signal

from tests.chassis.conftest import Toy, submitted, wait_for


def test_a_service_that_starts_before_its_broker_and_store_waits_for_them(own_parts, tmp_path) -> None:
    broker, store = own_parts
    toy = Toy(broker.amqp_uri, store.mongo_uri, tmp_path)
    process = toy.start(ready=False)
    try:
        wait_for(lambda: any(fact["event"] == "waiting_for" for fact in toy.facts()))

        broker.start()
        store.start()

        wait_for(lambda: toy.facts_of(process), seconds=60)
        toy.publish(submitted("a1"))
        wait_for(lambda: toy.heard("a1"))
    finally:
        toy.close()
