"""Table of contents: every model of the app, each defined in its subject's package."""

from widget.answering.models import AnswerCount
from widget.conversations.models import CannedReply, Conversation, Customer, Message, Note, Presence, Rating, Tag, Turn
from widget.inbox.insights.models import DayFigures, NotNeeded
from widget.inbox.models import AuditEntry, GuessCount, SecondFactor, SetupDecision, Ticket
from widget.inbox.push.models import PushDevice, PushKey, PushNotice, PushWish
from widget.jobs.models import BackgroundJob, Schedule, WorkerBeat
from widget.knowledge.models import Entry, Finding, PieceSwitch, Run, Source
from widget.knowledge.questions import TestQuestion
from widget.ops.alerts.models import AlertMark, AlertTarget
from widget.providers.models import Provider
from widget.rules.models import Rule
from widget.sites.holidays import Holiday
from widget.sites.models import AllowedOrigin, Invitation, Member, OpeningHours, RefusedOrigin, Site

__all__ = [
    "AlertMark",
    "AlertTarget",
    "AllowedOrigin",
    "AnswerCount",
    "AuditEntry",
    "BackgroundJob",
    "CannedReply",
    "Conversation",
    "Customer",
    "DayFigures",
    "Entry",
    "Finding",
    "GuessCount",
    "Holiday",
    "Invitation",
    "Member",
    "Message",
    "NotNeeded",
    "Note",
    "OpeningHours",
    "PieceSwitch",
    "Presence",
    "Provider",
    "PushDevice",
    "PushKey",
    "PushNotice",
    "PushWish",
    "Rating",
    "RefusedOrigin",
    "Rule",
    "Run",
    "Schedule",
    "SecondFactor",
    "SetupDecision",
    "Site",
    "Source",
    "Tag",
    "TestQuestion",
    "Ticket",
    "Turn",
    "WorkerBeat",
]
