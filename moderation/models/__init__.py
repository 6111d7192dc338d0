"""Verdicts, decisions and what they put in force, reports and cases, appeals, and the work on them."""

from moderation.models.appeals import Appeal, AppealFile
from moderation.models.decisions import Decision, Measure, Note, Proposal, ProposalAddition
from moderation.models.publishing import PublishedNumbers
from moderation.models.reports import Case, CaseLock, Report, ReportAddition
from moderation.models.reviewing import Claim, ReviewerSettings, SecondReview
from moderation.models.screening import BlockedPicture, Evidence, SafetyCase, Verdict

__all__ = [
    "Appeal",
    "AppealFile",
    "BlockedPicture",
    "Case",
    "CaseLock",
    "Claim",
    "Decision",
    "Evidence",
    "Measure",
    "Note",
    "Proposal",
    "ProposalAddition",
    "PublishedNumbers",
    "Report",
    "ReportAddition",
    "ReviewerSettings",
    "SafetyCase",
    "SecondReview",
    "Verdict",
]
