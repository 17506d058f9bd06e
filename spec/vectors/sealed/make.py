#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the vectors of sealed channels, all but the published ones of Noise.

    spec/vectors/sealed/make.py          writes the files
    spec/vectors/sealed/make.py --check  says which would change, and exits 1 if any

Whatever is random elsewhere is here the hash of a word, so that every run makes the same bytes.
"""

import hashlib
import json
import pathlib
import sys
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "clients" / "python"))

from malinka.seal import boxes, keys, noise, primitives  # noqa: E402
from malinka.seal.event_keys import EventKey, encode_event_keys  # noqa: E402
from malinka.seal.forms import Box, Hello, Kind, Unknown, Welcome  # noqa: E402
from malinka.seal.handshake import Opening, Parties, answer_hello, make_prologue  # noqa: E402
from malinka.seal.identity import fingerprint  # noqa: E402
from malinka.seal.keys import Level  # noqa: E402

Case = dict[str, Any]


def chance(word: str, size: int = 32) -> bytes:
    return hashlib.blake2b(word.encode(), digest_size=size).digest()


def case(name: str, about: str, **members: Any) -> Case:
    return {"name": name, "about": about, **members}


def hex_of(content: bytes) -> Case:
    return {"hex": content.hex()}


REFUSED = {"ok": False}


# --- keys, view_links ------------------------------------------------------------------------------

PASSWORDS = {
    "plain": ("a password of ours", "k7q2m9xw4tzb3nrd8vhc5jfe6y", "home"),
    "other_channel": ("the same password on another channel makes other keys", "k7q2m9xw4tzb3nrd8vhc5jfe6y", "office"),
    "near_miss_case": ("another case is another password", "K7q2m9xw4tzb3nrd8vhc5jfe6y", "home"),
    "near_miss_last": ("another last letter is another password", "k7q2m9xw4tzb3nrd8vhc5jfe6z", "home"),
    "trailing_newline": ("a newline that is part of the password counts", "k7q2m9xw4tzb3nrd8vhc5jfe6y\n", "home"),
    "leading_blank": ("a blank in front counts", " k7q2m9xw4tzb3nrd8vhc5jfe6y", "home"),
    "every_plane": ("characters of every plane are taken as they are", "äß€ 漢字 🍓 \U0002000b\U0003134a\U000e0001\U000f0000\U00100000", "home"),
    "composed": ("letters are not normalised: composed", "caf\u00e9 au lait", "home"),
    "decomposed": ("letters are not normalised: decomposed", "cafe\u0301 au lait", "home"),
    "bytes_128": ("a password of 128 bytes", "0123456789abcdef" * 8, "home"),
    "bytes_129": ("a password of 129 bytes", "0123456789abcdef" * 8 + "0", "home"),
    "bytes_1000": ("a password of 1,000 bytes", "0123456789" * 100, "home"),
    "one_letter": ("a short password is warned of, not refused", "x", "home"),
    "channel_of_every_plane": ("a channel's name may have characters of every plane", "a long enough secret", "küche 漢 🍓"),
    "channel_of_128_bytes": ("a channel's name may have 128 bytes", "a long enough secret", "c" * 128),
    "like_a_view_link": ("only what begins with view1. is a view link's", "view2.abc", "home"),
}


def keys_cases() -> dict[str, Case]:
    return {file: case(name, "section 8: Keys", given={"password": password, "channel": channel},
                       expect=expected_keys(password, channel))
            for file, (name, password, channel) in PASSWORDS.items()}


def expected_keys(password: str, channel: str) -> Case:
    made = keys.channel_keys(password, channel)
    assert made.control is not None
    return {"controlHex": made.control.hex(), "viewHex": made.view.hex(), "joinKey": made.join_key,
            "controlPskHex": made.session_psk(Level.CONTROL).hex(),
            "viewPskHex": made.session_psk(Level.VIEW).hex(), "viewLink": made.view_link}


def view_link_cases() -> dict[str, Case]:
    made = keys.ChannelKeys(view=chance("view"))
    link = made.view_link
    expect = {"ok": True, "viewHex": made.view.hex(), "joinKey": made.join_key,
              "viewPskHex": made.session_psk(Level.VIEW).hex(), "viewLink": link}
    wrong = {
        "empty": ("a view link without a key is refused", "view1."),
        "short": ("a view link's key of 31 bytes is refused", "view1." + keys.encode_base64url(bytes(31))),
        "long": ("a view link's key of 33 bytes is refused", "view1." + keys.encode_base64url(bytes(33))),
        "padded": ("a view link with padding is refused", link + "="),
        "stray_bits": ("a view link with bits that mean nothing is refused", "view1." + "A" * 42 + "B"),
        "other_alphabet": ("a view link in the other base64 is refused", "view1." + "+/" * 21 + "A"),
        "blank_inside": ("a view link with a blank in it is refused", link[:20] + " " + link[20:]),
        "newline_behind": ("a view link with a newline behind it is refused", link + "\n"),
    }
    cases = {file: case(name, "section 8: Keys", input={"text": text}, expect=REFUSED)
             for file, (name, text) in wrong.items()}
    return cases | {"whole": case("a view link's key is read", "section 8: Keys", input={"text": link}, expect=expect)}


# --- forms -----------------------------------------------------------------------------------------

ID = chance("session id", 16)


def forms_cases() -> dict[str, Case]:
    hello = Hello(Level.CONTROL, ID, chance("noise 1", 48)).encode()
    welcome = Welcome(ID, chance("noise 2", 64) + chance("noise 2, more", 33)).encode()
    data = Box(Kind.DATA, ID, 7, 300, chance("box", 20)).encode()
    event = Box(Kind.EVENT, ID, 2**32 - 1, 2**64 - 1, chance("box", 16)).encode()
    unknown = Unknown(ID).encode()
    level_view = bytes([1, 1]) + hello[2:]
    session = {"sessionIdHex": ID.hex()}
    taken = {
        "hello": ("a hello is read", hello, {"kind": "hello", "level": 2, **session, "noiseHex": hello[18:].hex()}),
        "hello_view": ("a hello for level view is read", level_view,
                       {"kind": "hello", "level": 1, **session, "noiseHex": hello[18:].hex()}),
        "welcome": ("a welcome is read", welcome, {"kind": "welcome", **session, "noiseHex": welcome[17:].hex()}),
        "welcome_shortest": ("a welcome that carries nothing is read", welcome[:113],
                             {"kind": "welcome", **session, "noiseHex": welcome[17:113].hex()}),
        "data": ("data is read", data,
                 {"kind": "data", **session, "generation": 7, "counter": "300", "boxHex": data[29:].hex()}),
        "event": ("an event is read, its numbers at their largest", event,
                  {"kind": "event", "keyIdHex": ID.hex(), "generation": 2**32 - 1, "counter": str(2**64 - 1),
                   "boxHex": event[29:].hex()}),
        "unknown": ("an unknown is read", unknown, {"kind": "unknown", **session}),
        "little_endian": ("numbers are little-endian", bytes.fromhex("03" + "00" * 16 + "01020304" + "0102030405060708" + "00" * 16),
                          {"kind": "data", "sessionIdHex": "00" * 16, "generation": 0x04030201,
                           "counter": str(0x0807060504030201), "boxHex": "00" * 16}),
    }
    wrong = {
        "empty": ("nothing is no form", b"", "empty"),
        "kind_0": ("kind 0 is unknown", bytes([0]) + unknown[1:], "unknown_kind"),
        "kind_6": ("kind 6 is unknown", bytes([6]) + unknown[1:], "unknown_kind"),
        "kind_255": ("kind 255 is unknown", bytes([255]) + unknown[1:], "unknown_kind"),
        "hello_short": ("a hello that lacks a byte is refused", hello[:-1], "too_short"),
        "hello_long": ("a hello with a byte too many is refused", hello + b"\0", "too_long"),
        "hello_alone": ("the kind alone is no hello", hello[:1], "too_short"),
        "hello_level_0": ("level 0 is unknown", bytes([1, 0]) + hello[2:], "unknown_level"),
        "hello_level_3": ("level 3 is unknown", bytes([1, 3]) + hello[2:], "unknown_level"),
        "welcome_short": ("a welcome without room for its tags is refused", welcome[:112], "too_short"),
        "data_short": ("data without room for a tag is refused", data[:44], "too_short"),
        "data_header": ("data's header alone is refused", data[:29], "too_short"),
        "event_short": ("an event without room for a tag is refused", event[:44], "too_short"),
        "unknown_short": ("an unknown that lacks a byte is refused", unknown[:-1], "too_short"),
        "unknown_long": ("an unknown with a byte too many is refused", unknown + b"\0", "too_long"),
    }
    about = "section 8: Form"
    cases = {file: case(name, about, input=hex_of(blob), expect={"ok": True, **members})
             for file, (name, blob, members) in taken.items()}
    return cases | {file: case(name, about, input=hex_of(blob), expect=REFUSED | {"error": error})
                    for file, (name, blob, error) in wrong.items()}


# --- handshakes ------------------------------------------------------------------------------------

CONTROL_EVENT_KEY = EventKey(Level.CONTROL, chance("control events", 16), chance("control event key"), 3, 2**40 + 5)
VIEW_EVENT_KEY = EventKey(Level.VIEW, chance("view events", 16), chance("view event key"), 0, 0)
CHANNEL_KEYS = keys.ChannelKeys(view=primitives.derive(chance("control"), "view"), control=chance("control"))


def given(**other: Any) -> Case:
    level = other.get("level", Level.CONTROL)
    event_keys = [VIEW_EVENT_KEY] if level == Level.VIEW else [VIEW_EVENT_KEY, CONTROL_EVENT_KEY]
    return {"channel": "home", "initiator": "phone", "responder": "kitchen", "level": int(level),
            "sessionIdHex": ID.hex(), "pskHex": CHANNEL_KEYS.session_psk(level).hex(),
            "initiatorEphemeralHex": chance("initiator's ephemeral").hex(),
            "responderEphemeralHex": chance("responder's ephemeral").hex(),
            "responderStaticHex": chance("responder's static").hex(), "eventKeys": event_keys} | other


def in_json(known: Case) -> Case:
    told = [{"level": int(key.level), "keyIdHex": key.key_id.hex(), "keyHex": key.key.hex(),
             "generation": key.generation, "next": str(key.next)} for key in known["eventKeys"]]
    return known | {"level": int(known["level"]), "eventKeys": told}


def bytes_of(known: Case, name: str) -> bytes:
    return bytes.fromhex(known[name + "Hex"])


def parties_of(known: Case) -> Parties:
    return Parties(known["channel"], known["initiator"], known["responder"])


def open_session(known: Case) -> Opening:
    return Opening(parties_of(known), Level(known["level"]), bytes_of(known, "psk"),
                   bytes_of(known, "sessionId"), bytes_of(known, "initiatorEphemeral"))


def answer(known: Case, hello: Hello) -> Any:
    return answer_hello(hello, parties_of(known), bytes_of(known, "psk"), bytes_of(known, "responderStatic"),
                        known["eventKeys"], bytes_of(known, "responderEphemeral"))


def welcome_of(known: Case) -> bytes:
    return answer(known, open_session(known).hello)[0].encode()


def good_handshake(name: str, known: Case) -> Case:
    opening = open_session(known)
    welcome, made = answer(known, opening.hello)
    heard, event_keys = opening.finish(welcome)
    assert heard == made and event_keys == known["eventKeys"]
    return case(name, "section 8: Session", given=in_json(known), expect={
        "ok": True, "helloHex": opening.hello.encode().hex(), "welcomeHex": welcome.encode().hex(),
        "initiatorKeyHex": made.initiator_key.hex(), "responderKeyHex": made.responder_key.hex(),
        "identityHex": made.identity.hex(), "fingerprint": fingerprint(made.identity)})


def refused(name: str, end: str, known: Case, blob: bytes) -> Case:
    return case(name, "section 8: Session", end=end, given=in_json(known), input=hex_of(blob), expect=REFUSED)


def handshake_cases() -> dict[str, Case]:
    long_names = given(channel="c" * 128, initiator="küche 漢 🍓", responder="r" * 128)
    return {
        "control": good_handshake("a session of level control", given()),
        "view": good_handshake("a session of level view", given(level=Level.VIEW)),
        "long_names": good_handshake("names may be long, and of any language", long_names),
        "no_event_keys": good_handshake("a responder may have no event keys", given(eventKeys=[])),
        "other_device": good_handshake("another device has another fingerprint",
                                       given(responderStaticHex=chance("another static").hex())),
        **responder_cases(), **initiator_cases(), **crafted_cases()}


# What one end means and the other does not.
DIFFERENT = {
    "other_channel": ("of another channel", {"channel": "office"}),
    "other_initiator": ("of another initiator", {"initiator": "tablet"}),
    "other_responder": ("for another responder", {"responder": "hall"}),
    "roles_swapped": ("with the roles swapped", {"initiator": "kitchen", "responder": "phone"}),
    "shifted_names": ("with a letter of one name in the other", {"channel": "homep", "initiator": "hone"}),
    "other_level": ("of another level", {"level": Level.VIEW}),
}


def responder_cases() -> dict[str, Case]:
    known = given()
    hello = open_session(known).hello
    blob = hello.encode()
    cases = {f"hello_{file}": refused(f"a hello {what} is refused", "responder", given(**other), blob)
             for file, (what, other) in DIFFERENT.items() if "level" not in other}
    # A responder reads level and session id in the hello itself.
    crafted = {
        "hello_other_level": ("a hello whose level was exchanged is refused", bytes([1, 1]) + blob[2:]),
        "hello_other_session_id": ("a hello whose session id was exchanged is refused",
                                   blob[:2] + chance("another session id", 16) + blob[18:]),
        "hello_truncated": ("a hello that lacks its last byte is refused", blob[:-1]),
        "hello_long": ("a hello with a byte behind it is refused", blob + b"\0"),
        "hello_flipped_point": ("a hello with a bit flipped in its key is refused", flip(blob, 20)),
        "hello_flipped_tag": ("a hello with a bit flipped in its tag is refused", flip(blob, len(blob) - 1)),
        "hello_zero_point": ("a hello whose key is zero is refused", low_order_hello(bytes(32))),
        "hello_low_order_point": ("a hello whose key has a low order is refused", low_order_hello(LOW_ORDER)),
    }
    for file, (name, changed) in crafted.items():
        knows = given(level=Level.VIEW) if file == "hello_other_level" else known
        cases[file] = refused(name, "responder", knows, changed)
    return cases


def initiator_cases() -> dict[str, Case]:
    known = given()
    blob = welcome_of(known)
    cases = {f"welcome_{file}": refused(f"a welcome {what} is refused", "initiator", known, welcome_of(given(**other)))
             for file, (what, other) in DIFFERENT.items()}
    foreign = {
        "other_psk": ("of one with another PSK", {"pskHex": chance("another psk").hex()}),
        "view_psk": ("of one with the PSK of view alone", {"pskHex": CHANNEL_KEYS.session_psk(Level.VIEW).hex()}),
        "other_session_id": ("of another session", {"sessionIdHex": chance("another session id", 16).hex()}),
        "old_hello": ("to an earlier hello", {"initiatorEphemeralHex": chance("an earlier ephemeral").hex()}),
    }
    for file, (what, other) in foreign.items():
        said = welcome_of(given(**other))
        # The id in front is right, and what it was made with is not.
        cases[f"welcome_{file}"] = refused(f"a welcome {what} is refused", "initiator", known,
                                           said[:1] + ID + said[17:])
    changed = {
        "truncated": ("that lacks its last byte", blob[:-1]),
        "without_payload": ("that ends behind its identity", blob[:113]),
        "long": ("with a byte behind it", blob + b"\0"),
        "flipped_point": ("with a bit flipped in its key", flip(blob, 17)),
        "flipped_identity": ("with a bit flipped in its identity", flip(blob, 17 + 32)),
        "flipped_payload": ("with a bit flipped in what it carries", flip(blob, 17 + 80)),
        "flipped_tag": ("with a bit flipped in its last tag", flip(blob, len(blob) - 1)),
    }
    return cases | {f"welcome_{file}": refused(f"a welcome {what} is refused", "initiator", known, said)
                    for file, (what, said) in changed.items()}


def flip(blob: bytes, at: int) -> bytes:
    return blob[:at] + bytes([blob[at] ^ 0x04]) + blob[at + 1:]


# A point of order 8 of Curve25519: whatever it is multiplied with, the product is zero.
LOW_ORDER = bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")


def low_order_hello(point: bytes) -> bytes:
    """Verifies: its tag is under a key made of the point alone."""
    known = given()
    state = noise._SymmetricState(make_prologue(parties_of(known), Level.CONTROL, ID))
    noise._mix_ephemeral(state, point)
    return Hello(Level.CONTROL, ID, point + state.encrypt_and_hash(b"")).encode()


def crafted_welcome(point: bytes | None = None, static: bytes | None = None, payload: bytes | None = None) -> bytes:
    """What somebody who has the PSK could say; a secret made of a point of low order is zero."""
    known = given()
    hello = open_session(known).hello
    peer = hello.noise[:32]
    state = noise._SymmetricState(make_prologue(parties_of(known), Level.CONTROL, ID))
    noise._mix_ephemeral(state, peer)
    state.decrypt_and_hash(hello.noise[32:])
    ephemeral, identity = bytes_of(known, "responderEphemeral"), bytes_of(known, "responderStatic")
    said = point or primitives.public_key(ephemeral)
    noise._mix_ephemeral(state, said)
    state.mix_key(bytes(32) if point else primitives.agree(ephemeral, peer))
    sealed = state.encrypt_and_hash(static or primitives.public_key(identity))
    state.mix_key(bytes(32) if static else primitives.agree(identity, peer))
    state.mix_key_and_hash(bytes_of(known, "psk"))
    carried = encode_event_keys(known["eventKeys"]) if payload is None else payload
    return Welcome(ID, said + sealed + state.encrypt_and_hash(carried)).encode()


def crafted_cases() -> dict[str, Case]:
    known = given()
    assert crafted_welcome() == welcome_of(known)
    two = encode_event_keys([VIEW_EVENT_KEY, CONTROL_EVENT_KEY])
    crafted = {
        "low_order_point": ("whose key has a low order", {"point": LOW_ORDER}),
        "low_order_identity": ("whose identity has a low order", {"static": LOW_ORDER}),
        "no_number": ("without the number of event keys", {"payload": b""}),
        "number_too_large": ("with fewer event keys than it says", {"payload": b"\x03" + two[1:]}),
        "number_too_small": ("with more event keys than it says", {"payload": b"\x01" + two[1:]}),
        "event_keys_cut": ("with half an event key", {"payload": two[:-1]}),
        "event_keys_long": ("with a byte behind its event keys", {"payload": two + b"\0"}),
        "event_key_level_0": ("with an event key of level 0", {"payload": b"\x01\x00" + two[2:62]}),
        "event_key_level_3": ("with an event key of level 3", {"payload": b"\x01\x03" + two[2:62]}),
        "event_key_level_twice": ("with two event keys of one level", {"payload": b"\x02" + two[1:62] * 2}),
    }
    return {f"welcome_{file}": refused(f"a welcome {what} is refused", "initiator", known, crafted_welcome(**how))
            for file, (what, how) in crafted.items()}


# --- boxes -----------------------------------------------------------------------------------------

BOX_KEY = chance("box key")
KINDS = {"data": Kind.DATA, "event": Kind.EVENT}


def box_given(kind: str = "data", **more: Any) -> Case:
    return {"kind": kind, "idHex": ID.hex(), "keyHex": BOX_KEY.hex(), **more}


def key_at(generation: int) -> bytes:
    key = BOX_KEY
    for _ in range(generation):
        key = primitives.raise_key(key)
    return key


def box(counter: int, generation: int = 0, plaintext: bytes = b"", kind: str = "data", box_id: bytes = ID,
        key: bytes | None = None) -> bytes:
    header = Box(KINDS[kind], box_id, generation, counter, b"").header
    return header + primitives.encrypt(key or key_at(generation), counter, header, plaintext or b"number %d" % counter)


def ok(blob: bytes, plaintext: bytes, lost: int = 0) -> Case:
    return {"blobHex": blob.hex(), "expect": {"ok": True, "plaintextHex": plaintext.hex(), "lost": lost}}


def good(counter: int, generation: int = 0, lost: int = 0, kind: str = "data") -> Case:
    return ok(box(counter, generation, kind=kind), b"number %d" % counter, lost)


def bad(blob: bytes) -> Case:
    return {"blobHex": blob.hex(), "expect": REFUSED}


def sender_case(name: str, kind: str, steps: list[tuple[Any, bytes, int]]) -> Case:
    """Each step: the plaintext's form, the plaintext, how often to raise before."""
    sender = boxes.Sender(KINDS[kind], ID, BOX_KEY, now=lambda: 0.0)
    told = []
    for form, plaintext, is_raised in steps:
        if is_raised:
            sender.raise_generation()
        told.append({"plaintext": form, **({"raise": True} if is_raised else {}),
                     "blobHex": sender.seal(plaintext).hex()})
    return case(name, "section 8: Data", given=box_given(kind), sender=told)


def receiver_case(name: str, *steps: Case, **more: Any) -> Case:
    return case(name, "section 8: Data", given=box_given(**more), receiver=list(steps))


def text_step(text: str, is_raised: int = 0) -> tuple[Any, bytes, int]:
    return {"text": text}, text.encode(), is_raised


def boxes_cases() -> dict[str, Case]:
    long_step = ({"repeat": {"text": "long ", "count": 200}}, b"long " * 200, 0)
    empty = Box(Kind.DATA, ID, 0, 0, b"").header
    empty += primitives.encrypt(BOX_KEY, 0, empty, b"")
    last = 2**64 - 1
    whole = box(0)
    return {
        "send_in_a_row": sender_case("counters rise from 0", "data", [text_step("one"), text_step("two"), long_step]),
        "send_empty": sender_case("nothing can be sealed", "data", [text_step("")]),
        "send_event": sender_case("an event's header has its key's id", "event", [text_step("one"), text_step("two")]),
        "send_raised": sender_case("a raised key goes on with the counter", "data", [
            text_step("one"), text_step("two", 1), text_step("three", 1), text_step("four")]),
        "in_a_row": receiver_case("what comes in order is opened", good(0), good(1), good(2)),
        "event": receiver_case("an event is opened", good(0, kind="event"), good(1, kind="event"), kind="event"),
        "event_as_data": receiver_case("an event under the same key is no data", bad(as_kind(box(0), 4)),
                                       bad(as_kind(box(0, kind="event"), 3)), good(0)),
        "empty_plaintext": receiver_case("an empty plaintext is opened", ok(empty, b"")),
        "replay": receiver_case("a second time is refused", good(0), bad(box(0)), good(1), bad(box(0)), bad(box(1))),
        "reorder": receiver_case("what comes behind a later one is refused", good(1, lost=1), bad(box(0)), good(2)),
        "gap": receiver_case("a gap is counted", good(0), good(5, lost=4), good(1000, lost=994)),
        "flipped_bits": receiver_case("a bit flipped anywhere changes nothing", *(bad(flip(whole, at)) for at in (
            1, 16, 17, 20, 21, 28, 29, 32, len(whole) - 1)), good(0)),
        "truncated": receiver_case("a truncated box is refused", bad(whole[:-1]), bad(whole[:45]), bad(whole[:44]),
                                   bad(whole[:29]), bad(whole[:1]), good(0)),
        "longer": receiver_case("a byte behind a box is refused", bad(whole + b"\0"), good(0)),
        "raised": receiver_case("a raised key is followed", good(0), good(1, 1), good(2, 1), good(3, 3), good(4, 3)),
        "old_generation": receiver_case("an old generation is refused", good(0), good(1, 2), bad(box(2, 1)),
                                        bad(box(2, 0)), good(2, 2)),
        "generation_64_ahead": receiver_case("64 generations ahead are followed", good(0), good(1, 64), good(2, 65)),
        "generation_65_ahead": receiver_case("65 generations ahead are refused", good(0), bad(box(1, 65)), good(1)),
        "generation_largest": receiver_case("the largest generation is refused without work",
                                            bad(box(0, 2**32 - 1, key=BOX_KEY)), good(0)),
        "generation_lies": receiver_case("a generation that was exchanged is refused, and nothing is raised",
                                         bad(whole[:17] + b"\1" + whole[18:]), good(0)),
        "counter_lies": receiver_case("a counter that was exchanged is refused, and nothing is lost",
                                      bad(whole[:21] + b"\7" + whole[22:]), good(0)),
        "other_key": receiver_case("a box under another key is refused", bad(box(0, key=chance("another key"))), good(0)),
        "other_session": receiver_case("a box of another session is refused", bad(
            box(0)[:1] + chance("another session id", 16) + box(0)[17:]), good(0)),
        "counter_last": receiver_case("the last counter is Noise's own, and refused", bad(box(last)),
                                      ok(box(last - 1), b"number %d" % (last - 1)), next=str(last - 1)),
        "event_joined_late": receiver_case(
            "who joins late opens what comes, and nothing before", bad(box(6, 2, kind="event")),
            bad(box(6, 3, kind="event", key=BOX_KEY)), late(7, 3), late(8, 4), kind="event", generation=3, next="7"),
    }


def as_kind(blob: bytes, kind: int) -> bytes:
    return bytes([kind]) + blob[1:]


def late(counter: int, generation: int) -> Case:
    """An event where the key that was given is that of generation 3."""
    plaintext = b"number %d" % counter
    return ok(box(counter, generation, kind="event", key=key_at(generation - 3)), plaintext)


# --- inner -----------------------------------------------------------------------------------------

def inner(envelope: str, blob: str = "", length: int | None = None) -> list[Case]:
    size = len(envelope.encode()) if length is None else length
    return [hex_of(size.to_bytes(4, "little")), {"text": envelope}, {"text": blob}]


COMMAND = '{"messageType":"Command","id":"k1","name":"agent.ping","recipients":["kitchen"]'
ANSWER = '{"messageType":"Response","recipients":["phone"],"response":'


def inner_cases() -> dict[str, Case]:
    command = COMMAND + ',"deadline":15000}'
    with_blob = COMMAND + ',"blob":{"size":3}}'
    padding = 70_000
    head, tail = '{"messageType":"Broadcast","value":"', '"}'
    long_size = len(head) + padding + len(tail)
    taken = {
        "command": ("a Command with a deadline", inner(command), {"envelope": command, "blobHex": ""}),
        "command_with_blob": ("a Command with a blob", inner(with_blob, "abc"), {"envelope": with_blob, "blobHex": b"abc".hex()}),
        "response": ("a Response", inner(ANSWER + '{"requestId":"k1","success":true,"responseCode":200}}'), {"blobHex": ""}),
        "broadcast": ("a Broadcast", inner('{"messageType":"Broadcast","name":"gpio.changed","value":{"line":4}}'), {"blobHex": ""}),
        "long_envelope": ("an envelope may be longer than section 5 has it", [
            hex_of(long_size.to_bytes(4, "little")), {"text": head}, {"repeat": {"text": "x", "count": padding}}, {"text": tail}],
            {"blobHex": ""}),
        "unknown_members": ("members that nobody knows are passed over", inner(
            '{"messageType":"Broadcast","x":[1,2],"x":null}'), {"blobHex": ""}),
        "stream": ("a chunk of a stream", inner(COMMAND + ',"stream":{"id":"k1","seq":0},"blob":{"size":2}}', "hi"),
                   {"blobHex": b"hi".hex()}),
    }
    wrong = {
        "empty": ("nothing is refused", {"text": ""}, "too_short"),
        "three_bytes": ("three bytes are refused", {"hex": "000000"}, "too_short"),
        "length_beyond_end": ("a length beyond the end is refused", inner(command, length=len(command) + 1), "envelope_incomplete"),
        "length_of_64_kib": ("a length of 64 KiB beyond the end is refused", inner(command, length=65536), "envelope_incomplete"),
        "size_too_large": ("a blob size that is too large is refused", inner(with_blob, "ab"), "size_differs"),
        "size_too_small": ("a blob size that is too small is refused", inner(with_blob, "abcd"), "size_differs"),
        "blob_missing": ("a blob that is missing is refused", inner(with_blob), "size_differs"),
        "size_text": ("a blob size in quotes is refused", inner(COMMAND + ',"blob":{"size":"3"}}', "abc"), "bad_blob"),
        "blob_array": ("a blob that is an array is refused", inner(COMMAND + ',"blob":[]}'), "bad_blob"),
        "has_content": ("a blob with content is refused", inner(COMMAND + ',"blob":{"size":1,"content":"YQ=="}}', "a"), "has_content"),
        "bytes_without_blob": ("bytes without a blob are refused", inner(command, "abc"), "bytes_without_blob"),
        "length_too_short": ("an envelope cut by its length is refused", inner(command, length=len(command) - 1), "not_json"),
        "not_json": ("what is not JSON is refused", inner("{messageType:1}"), "not_json"),
        "two_values": ("two values are refused", inner(command + "{}"), "not_json"),
        "not_an_object": ("an array is refused", inner("[]"), "not_an_object"),
        "not_utf8": ("what is not UTF-8 is refused", {"hex": "03000000 7bff7d"}, "not_utf8"),
        "type_number": ("a message type that is a number is refused", inner('{"messageType":1}'), "unknown_message_type"),
        "type_missing": ("a missing message type is refused", inner("{}"), "unknown_message_type"),
        "type_join": ("a Join is refused", inner('{"messageType":"Join"}'), "unknown_message_type"),
        "id_object": ("an id that is an object is refused", inner('{"messageType":"Broadcast","id":{}}'), "bad_id"),
        "name_number": ("a name that is a number is refused", inner('{"messageType":"Broadcast","name":1}'), "bad_name"),
        "response_text": ("a response that is text is refused", inner(ANSWER + '"yes"}'), "bad_response"),
        "request_id_array": ("a requestId that is an array is refused", inner(ANSWER + '{"requestId":[]}}'), "bad_response"),
        "repeated_id": ("an id that stands twice is refused", inner('{"messageType":"Broadcast","id":1,"id":2}'), "repeated_member"),
        "escaped_name": ("an escaped name of a member is refused", inner('{"messageType":"Broadcast","\\u0069d":1}'), "escaped_name"),
        "too_deep": ("what is nested too deep is refused", [
            hex_of((34 + 2 * 1024 + 2).to_bytes(4, "little")), {"text": '{"messageType":"Broadcast","value":'},
            {"repeat": {"text": "[", "count": 1024}}, {"repeat": {"text": "]", "count": 1024}}, {"text": "}"}], "too_deep"),
    }
    about = "section 8: Data; section 5, except for the length of an envelope"
    cases = {file: case(name + " is read" if "may" not in name and "passed" not in name else name, about, input=form,
                        expect={"ok": True, **members}) for file, (name, form, members) in taken.items()}
    return cases | {file: case(name, about, input=form, expect=REFUSED | {"error": error})
                    for file, (name, form, error) in wrong.items()}


# --- known_devices ---------------------------------------------------------------------------------

def known_devices_cases() -> dict[str, Case]:
    one, two = chance("one identity"), chance("another identity")
    texts = {content: keys.encode_base64url(content) for content in (one, two)}
    line = f"home kitchen {texts[one]}\n"
    files: dict[str, tuple[str, Any, bytes | None]] = {
        "empty": ("an empty file knows nobody", {"text": ""}, None),
        "one": ("a device is known", {"text": line}, one),
        "last_counts": ("the last line of a device counts", {"text": f"{line}home kitchen {texts[two]}\n"}, two),
        "others_between": ("the lines of others do not count", {"text": (
            f"{line}home hall {texts[two]}\noffice kitchen {texts[two]}\nhome kitchen2 {texts[two]}\n")}, one),
        "escaped": ("any byte may be percent-encoded, in either case", {"text": f"%68ome k%69tch%65%6e {texts[one]}\n"}, one),
        "cut_short": ("a line that was cut short is passed over", {"text": f"{line}home kitchen {texts[two][:20]}\n"}, one),
        "no_newline": ("the last newline may be missing", {"text": line[:-1]}, one),
        "key_long": ("a key of 33 bytes is passed over", {"text": f"{line}home kitchen {keys.encode_base64url(two + b'x')}\n"}, one),
        "key_padded": ("a key with padding is passed over", {"text": f"{line}home kitchen {texts[two]}=\n"}, one),
        "stray_percent": ("a percent sign alone is passed over", {"text": f"home% kitchen {texts[one]}\nhome kitchen%2 {texts[one]}\n"}, None),
        "not_utf8": ("bytes that are not UTF-8 are passed over", [{"hex": "ff20fe"}, {"text": "\n\n \n  \n" + line}], one),
        "two_words": ("two words are no line", {"text": f"home kitchen\nkitchen {texts[one]}\n"}, None),
    }
    given_names = {"channel": "home", "name": "kitchen"}
    cases = {file: case(name, "clients/python/README.md: What is kept", given=given_names, input=form,
                        expect={"keyHex": key.hex() if key else None}) for file, (name, form, key) in files.items()}
    return cases | {"other_names": case(
        "blanks, percent signs and all languages are percent-encoded", "clients/python/README.md: What is kept",
        given={"channel": "my home", "name": "küche 100%"},
        input={"text": f"my%20home k%C3%BCche%20100%25 {texts[one]}\n"}, expect={"keyHex": one.hex()})}


FOLDERS = {"keys": keys_cases, "view_links": view_link_cases, "forms": forms_cases, "handshakes": handshake_cases,
           "boxes": boxes_cases, "inner": inner_cases, "known_devices": known_devices_cases}


def main() -> int:
    is_check = "--check" in sys.argv[1:]
    stale = []
    for folder, make in FOLDERS.items():
        wanted = {HERE / folder / f"{file}.json": json.dumps(made, indent=2, ensure_ascii=False) + "\n"
                  for file, made in make().items()}
        left_over = set((HERE / folder).glob("*.json")) - wanted.keys()
        changed = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
        stale += [*changed, *left_over]
        if not is_check:
            for path in left_over:
                path.unlink()
            for path in changed:
                path.parent.mkdir(exist_ok=True)
                path.write_text(wanted[path])
    for path in stale:
        print(f"{'out of date' if is_check else 'written'}: {path.relative_to(HERE)}")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
