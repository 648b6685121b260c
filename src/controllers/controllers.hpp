// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/disruption_keeper.hpp"
#include "controllers/endpoints_keeper.hpp"
#include "controllers/event_expirer.hpp"
#include "controllers/founder.hpp"
#include "controllers/garbage_collector.hpp"
#include "controllers/inventory.hpp"
#include "controllers/namespace_furnisher.hpp"
#include "controllers/namespace_remover.hpp"
#include "controllers/quota_counter.hpp"
#include "controllers/role_aggregator.hpp"
#include "controllers/scheduler.hpp"
#include "controllers/taint_evictor.hpp"
#include "controllers/token_secrets.hpp"

#include <functional>
#include <string>

namespace hooklet {

/// All resources of `kinds` whose objects can be listed, watched and deleted, each once.
Resources stored_resources();

/// All that a single machine needs around its API, as one service; bootstrap() comes before it.
class Controllers {
  public:
    /// `signer`: for tokens in Secrets; it outlives this, and nullptr: there are none. `ca_certificates`:
    /// PEM, for `kube-root-ca.crt` and those Secrets. `address`: as bootstrap() got it.
    Controllers(Api* api, Clock* clock, const Executor& executor, const TokenSigner* signer,
                const std::string& ca_certificates, ApiAddress address);

    /// Told of work that failed, and is tried again; before start().
    void on_error(const std::function<void(const std::string& controller, const Error&)>& listener);
    void start();
    Task<void> stop();

  private:
    Inventory inventory_;
    Founder founder_;
    NamespaceFurnisher furnisher_;
    TokenSecrets tokens_;
    NamespaceRemover remover_;
    GarbageCollector collector_;
    QuotaCounter quotas_;
    RoleAggregator roles_;
    EventExpirer events_;
    Scheduler scheduler_;
    TaintEvictor taints_;
    EndpointsKeeper endpoints_;
    DisruptionKeeper disruptions_;
};

}  // namespace hooklet
