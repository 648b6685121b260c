// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kinds/kind.hpp"
#include "ports/call.hpp"
#include "server/services.hpp"
#include "store/listing.hpp"
#include "store/watch.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hooklet::server {

/// What a list or a watch wants of objects that are stored nowhere.
struct Asked {
    store::Selection selection;  ///< Decides.
    /// For a narrower search of what the selection may be.
    std::string label_selector{};
    std::string field_selector{};
};

/// Makes objects of one group of kinds whenever somebody asks.
class Computed {
  public:
    virtual ~Computed() = default;
    /// Those of the selection, all on one page. The errors of where they come from.
    virtual Task<Result<store::Page>> list(Asked asked, Call call) = 0;
    /// What changes after `from`; without it, what there is as added before. Code::expired when that is
    /// longer ago than it is known. Code::invalid from kinds that can't be watched.
    virtual Task<Result<std::unique_ptr<store::Watch>>> watch(Asked /*asked*/,
                                                              std::optional<Revision> /*from*/) {
        co_return fail(Code::invalid, "these objects can't be watched");
    }
};

/// Who makes the kind's objects; nullptr when nobody does.
inline Computed* maker_of(const Services& services, const kinds::Kind& kind) {
    if (kind.group.empty()) return services.components;
    return kind.group == "metrics.k8s.io" ? services.metrics : services.hook_runs;
}

}  // namespace hooklet::server
