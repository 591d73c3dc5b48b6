"""Every chore there is. The settings of the same names say when each is done."""

from piaohe.hooks import deliver
from piaohe.observe.alerts import watch
from piaohe.schedule.asking import ask_again, pull, rematch
from piaohe.schedule.chore import Chore
from piaohe.schedule.counting import census
from piaohe.schedule.keeping import backup, integrity, retention, tidy

STANDARD = (
    Chore("census", census, quick=True),
    Chore("watch", watch, quick=True),
    Chore("hooks", deliver, quick=True),
    Chore("rematch", rematch, quick=True),
    Chore("pull", pull),
    Chore("ask_again", ask_again),
    Chore("integrity", integrity),
    Chore("retention", retention),
    Chore("tidy", tidy),
    Chore("backup", backup),
)
