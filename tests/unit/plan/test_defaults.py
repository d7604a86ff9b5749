"""After an action a row says what was done, in English as it is written."""

from __future__ import annotations

import pytest

from blueprint.plan.defaults import participle

DONE = """
begin:begun build:built buy:bought give:given hold:held keep:kept make:made pay:paid put:put sell:sold
send:sent set:set take:taken write:written

confirm:confirmed cancel:cancelled ship:shipped charge:charged reserve:reserved free:freed
deny:denied apply:applied deploy:deployed pack:packed fail:failed stop:stopped plan:planned add:added
fix:fixed open:opened visit:visited label:labelled reject:rejected queue:queued
tax:taxed relay:relayed total:totaled book:booked clear:cleared heel:heeled

refer:referred prefer:preferred transfer:transferred offer:offered differ:differed occur:occurred
recur:recurred
admit:admitted commit:committed submit:submitted limit:limited control:controlled enrol:enrolled
equip:equipped
format:formatted debug:debugged unzip:unzipped unplug:unplugged reship:reshipped replan:replanned
remap:remapped
overlap:overlapped reset:reset quiz:quizzed regret:regretted deter:deterred allot:allotted
deliver:delivered order:ordered enter:entered edit:edited audit:audited debit:debited credit:credited
deposit:deposited reopen:reopened reorder:reordered render:rendered reckon:reckoned revisit:revisited
return:returned reject:rejected restart:restarted repeat:repeated release:released renew:renewed
develop:developed profit:profited register:registered schedule:scheduled unlock:unlocked unveil:unveiled
"""
"""Irregular verbs, then those of each rule."""


@pytest.mark.parametrize(("verb", "done"), [pair.split(":") for pair in DONE.split()])
def test_a_verb_has_its_participle(verb: str, done: str) -> None:
    assert participle(verb) == done
    assert participle(f"{verb}_order") == done
