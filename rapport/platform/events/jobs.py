"""The job behind every subscription."""

from rapport.platform.events.bus import deliver
from rapport.platform.jobs.queue import job

job("events.deliver", tries=8)(deliver)
