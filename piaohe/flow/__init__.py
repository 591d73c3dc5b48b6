"""Carrying documents from arrival to archive, so that nothing is lost and nothing done twice.

    arrival.py      the one door: bytes become an original, then a row of the queue
    states.py       what may become of an arrival, as data
    steps.py        what is done to one document, step by step
    durable.py      the steps as a DBOS workflow; the only module that knows DBOS
    slot.py         a process that carries one document at a time
    supervisor.py   starts slots, replaces those that hang or die, adopts what dead hosts left
    folders.py      watched folders
    retries.py      which errors a retry may help

The table `arrivals` is the queue and says who works on what; a workflow remembers which steps of
a document are done. Losing the workflows' database loses work, never a document.

Nothing is imported here: the door and the states are used by processes that must start fast.
"""
