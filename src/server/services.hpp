// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/random.hpp"
#include "ports/token_signer.hpp"
#include "server/admission.hpp"
#include "store/object_store.hpp"

namespace hooklet::server {

class Computed;

/// What the verbs work with. Everything outlives them.
struct Services {
    store::ObjectStore* objects = nullptr;
    Clock* clock = nullptr;
    Random* random = nullptr;
    Admission* admission = nullptr;       ///< nullptr: everything is admitted as it is.
    const TokenSigner* signer = nullptr;  ///< nullptr: service accounts have no tokens (404).
    Computed* hook_runs = nullptr;        ///< nullptr: no hook was ever recorded.
    Computed* metrics = nullptr;          ///< nullptr: nothing was ever measured.
    Computed* components = nullptr;       ///< nullptr: nothing is known of the control plane.
};

}  // namespace hooklet::server
