# The history panel: a list of everything that was done.

history-empty = No steps yet
    .hint = Every change is listed here and can be undone.
# First row of the list, when memory for steps ran out.
history-oldest = Oldest step kept
history-opened = Project opened
history-redo = Redo up to here
history-undo = Undo back to here
