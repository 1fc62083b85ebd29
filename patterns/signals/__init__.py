"""One small named function a kind of evidence, in the order a reader would ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from patterns.case import Case
from patterns.model import Evidence
from patterns.signals import against, around, asked, collectors, means, only_frauds, under_false_name, who

Signal = Callable[[Case], Iterator[Evidence]]

# Heard first: whether the sender passes for somebody else decides how the rest is taken.
WHO: tuple[Signal, ...] = (
    who.name_worn,
    who.portrait_worn,
    who.name_claims,
    who.introduces,
    who.backs_impostor,
    who.admin_of_group,
)
THE_REST: tuple[Signal, ...] = (
    who.turned_into,
    asked.rules_met,
    asked.taken_back,
    asked.asked_before,
    under_false_name.bare_number,
    under_false_name.hides_words,
    collectors.sells_for_himself,
    collectors.newcomer_collects,
    under_false_name.sounds_like_collecting,
    collectors.staff_asks_privately,
    collectors.sounds_private,
    only_frauds.sounds_like_fraud,
    collectors.pupil_collects,
    collectors.pupil_wants_money,
    collectors.presses_for_collector,
    means.attached,
    means.code_held_out,
    means.written,
    means.payee_differs,
    means.imitates_domain,
    means.link_wants_secrets,
    means.link_wants_login,
    means.link_to_pay,
    means.picture_to_pay,
    means.dangerous_file,
    means.archive_opened,
    means.stolen_account,
    means.contradicts_fee,
    means.confirmed,
    around.edited,
    around.renamed,
    around.repictured,
    around.new_here,
    around.odd_hour,
    around.calls_everyone,
    around.disguised,
    around.others_paid,
    around.contradicted,
    against.payee_known,
    against.domain_known,
    against.fee_announced,
    against.small_talk,
    against.long_here,
    against.passed_on,
    against.warned_before,
)
