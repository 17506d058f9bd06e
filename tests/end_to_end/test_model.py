# SPDX-License-Identifier: MIT
"""A random program of joins, messages, stalls and failures, run against a real hub and against the model: what each
subscriber received must be equal, whatever way the hub sends and however many shards it has.

A failure names its seed; MALINKA_MODEL_SEED=N repeats that program alone, MALINKA_MODEL_STEPS=N makes it longer.
"""

import os
import random

import harness
from model import Message, Model, Subscriber
from person import Person

SEEDS = [int(os.environ["MALINKA_MODEL_SEED"])] if "MALINKA_MODEL_SEED" in os.environ else range(4)
STEPS = int(os.environ.get("MALINKA_MODEL_STEPS", "250"))
CHANNELS = ["garden", "house", "ж/🍓"]
NAMES = ["kitchen", "hall", "phone", "ßcale", "attic"]
KEYS = [None, "a secret", "another"]
NO_MESSAGES = ["{", "null", "[1]", '{"messageType":"Shout"}', '{"messageType":"Command"}', '"text"']
WRONG_KEYS_MAX = 8  # A channel's budget would be used up, and the model knows no 429.


class Program:
    """Takes each step in both worlds. At most one subscriber acts at a time, and is heard out before the next."""

    def __init__(self, hub: harness.Hub, seed: int) -> None:
        self.hub = hub
        self.random = random.Random(seed)
        self.model = Model()
        self.people: dict[tuple[str, str], tuple[Person, Subscriber]] = {}
        self.ended: list[tuple[Person, Subscriber]] = []
        self.wrong_keys = dict.fromkeys(CHANNELS, 0)
        self.next_id = 0

    def step(self) -> None:
        steps = [(self.join, 3), (self.send, 8), (self.send_no_message, 1), (self.leave, 1), (self.vanish, 1), (self.read, 2)]
        chosen = self.random.choices([step for step, _ in steps], [weight for _, weight in steps])[0]
        chosen()

    def join(self) -> None:
        channel, name = self.random.choice(CHANNELS), self.random.choice(NAMES)
        known = self.model.channels.get(channel)
        key = known.key if known and self.random.random() < 0.8 else self.random.choice(KEYS)
        if known and key != known.key:
            self.wrong_keys[channel] += 1
            if self.wrong_keys[channel] > WRONG_KEYS_MAX:
                return
        rival = self.people.get((channel, name))
        if rival:
            rival[0].catch_up()  # Else it might not answer the hub's ping in time.
        subscriber = Subscriber(name, self.random.choice([None, "one", "other"]), self.random.random() < 0.5,
                                self.random.random() < 0.5)
        others = set(known.members) - {name} if known else set()
        code = self.model.join(channel, key, subscriber)
        members = {"key": key, "instance": subscriber.instance, "device": subscriber.is_device or None}
        person = Person(self.hub, channel, name, takes_binary=subscriber.takes_binary,
                        **{member: value for member, value in members.items() if value is not None})
        assert person.join_code == code, (person.join_code, code)
        if code != 200:
            return person.leave()
        assert person.others == others, (person.others, others)
        if rival:
            rival[0].wait_closed()
            self.ended.append(rival)
        self.people[channel, name] = (person, subscriber)

    def send(self) -> None:
        if not (place := self.choose()):
            return
        channel, name = place
        person = self.people[place][0]
        for _ in range(self.random.choice([1, 1, 5])):
            message = self.make_message()
            self.model.send(channel, name, message)
            person.send(message)
        person.catch_up()

    def make_message(self) -> Message:
        self.next_id += 1
        kind = self.random.choice(["Broadcast", "Command", "Command", "Response"])
        names = self.random.sample([*NAMES, "nobody", "@nobody"], self.random.randint(1, 4))
        recipients = {"Broadcast": None, "Command": self.random.choice([names, names * 2, ["*"]]), "Response": names[:1]}[kind]
        size = self.random.choice([0, 10, 1000, 30_000])
        blob = self.random.choice([None, None, self.random.randbytes(size)])
        letters = size if blob is None else 100  # Beside a blob, the rest may have 64 KiB.
        value = self.random.choice([None, 1.5, {"text": "é" * letters}, ["x" * letters], {"a": {"b": [True, "\u2028"]}}])
        return Message(kind, self.next_id, value, recipients, blob, self.random.random() < 0.1)

    def send_no_message(self) -> None:
        if not (place := self.choose()):
            return
        person = self.people[place][0]
        person.send_raw(self.random.choice(NO_MESSAGES))
        self.model.refuse(*place, None, 400)
        person.catch_up()

    def leave(self) -> None:
        if place := self.choose():
            self.people[place][0].catch_up()
            self.model.leave(*place, "left")
            self.people[place][0].leave()
            self.witness_the_end(place, self.witnesses_of(place))
            self.end(place)

    def vanish(self) -> None:
        """With a witness, who knows when the hub has noticed."""
        place = self.choose()
        if not place or not (witnesses := self.witnesses_of(place)):
            return
        self.people[place][0].catch_up()
        self.model.leave(*place, "lost")
        self.people[place][0].vanish()
        self.witness_the_end(place, witnesses)
        self.end(place)

    def witnesses_of(self, place: tuple[str, str]) -> list[tuple[str, str]]:
        return [other for other in self.people if other != place and other[0] == place[0]]

    def witness_the_end(self, place: tuple[str, str], witnesses: list[tuple[str, str]]) -> None:
        """The shard of a wide channel hears of an end on another one a little later than whoever left."""
        if witnesses:
            self.people[self.random.choice(witnesses)][0].wait_until_gone(place[1])

    def read(self) -> None:
        """Whoever neither acts nor reads lets the hub keep what it has for them."""
        if place := self.choose():
            self.people[place][0].catch_up()

    def choose(self) -> tuple[str, str] | None:
        return self.random.choice(sorted(self.people)) if self.people else None

    def end(self, place: tuple[str, str]) -> None:
        self.ended.append(self.people.pop(place))

    def finish(self) -> None:
        for person, _ in self.people.values():
            person.catch_up()


class ModelTest(harness.Test):
    def run_programs(self, *flags: str) -> None:
        for seed in SEEDS:
            with self.subTest(seed=seed):
                program = Program(self.start_hub(*flags), seed)
                for _ in range(STEPS):
                    program.step()
                program.finish()
                received = 0
                for person, subscriber in [*program.people.values(), *program.ended]:
                    self.assertEqual(person.received, subscriber.received, person.name)
                    received += len(person.received)
                self.assertGreater(received, STEPS)
                for person, _ in program.people.values():
                    person.leave()

    def test_a_hub_does_what_the_model_does(self) -> None:
        self.run_programs("--shards=1")

    def test_a_hub_that_sends_one_by_one_does_what_the_model_does(self) -> None:
        self.run_programs("--shards=1", "--no-io-uring")

    def test_a_hub_of_four_shards_does_what_the_model_does(self) -> None:
        self.run_programs("--shards=4")

    def test_a_hub_of_four_shards_that_sends_one_by_one_does_what_the_model_does(self) -> None:
        self.run_programs("--shards=4", "--no-io-uring")

    def test_a_hub_whose_channels_are_all_wide_does_what_the_model_does(self) -> None:
        self.run_programs("--shards=4", self.hub_settings("wide_channel_members = 1"))


if __name__ == "__main__":
    harness.unittest.main()
