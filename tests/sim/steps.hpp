// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/stage.hpp"

namespace hooklet::sim {

/// Does what the step says. Throws std::invalid_argument when it says nothing that is known.
///
///     add POD                     POD~2: anew, under the same name
///     remove POD [GRACE], remove-all [GRACE]
///     end POD REASON [GRACE]      for a reason of the node's, such as Evicted; the Pod stays known
///     update POD/CONTAINER IMAGE  its spec names another image
///     debug POD/NAME IMAGE [COMMAND...]   an ephemeral container comes to the spec
///     deadline POD SECONDS        activeDeadlineSeconds is set
///     kill POD/CONTAINER          SIGKILL from outside
///     kill-sandbox POD            its sandbox dies
///     fail-sandbox WORDS...       the next sandbox can't be made
///     image NAME [absent|nowhere] [takes=2s] [fails=1] [stop-signal=SIGQUIT] [uid=0] [user=NAME]
///     serve HOST:PORT[/TARGET] 200|hang|tls|unreachable|redirect=URL
///     close HOST:PORT
///     file PATH                   a file of the host
///     force SITE FAULT...         what goes wrong with the next calls: error, delay, lost_answer, hang, none
///     engine-down TIME            the engine's calls fail and its events are lost for so long
///     abandon                     the agent stops and leaves the containers alone
///     crash, restart              the agent is killed; a new one removes what is left
void perform(const Step& step, Stage& stage);

}  // namespace hooklet::sim
