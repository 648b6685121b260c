// SPDX-License-Identifier: Apache-2.0
#include "kinds/catalog.hpp"
#include "kinds/kind.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hooklet::kinds {

namespace {

void append(std::vector<Kind>& kinds, std::vector<Kind> more) {
    std::ranges::move(more, std::back_inserter(kinds));
}

std::vector<Kind> every_kind() {
    std::vector<Kind> kinds{bindings(),
                            component_statuses(),
                            config_maps(),
                            endpoints(),
                            events(),
                            limit_ranges(),
                            namespaces(),
                            nodes(),
                            pods(),
                            pod_templates(),
                            resource_quotas(),
                            secrets(),
                            service_accounts(),
                            services()};
    append(kinds, {events_v1_events()});
    append(kinds, absent_kinds());
    append(kinds, authentication_kinds());
    append(kinds, authorization_kinds());
    append(kinds, role_kinds());
    append(kinds, {pod_disruption_budgets(), priority_classes(), leases(), endpoint_slices(),
                   runtime_classes(), hook_runs()});
    append(kinds, metrics_kinds());
    return kinds;
}

}  // namespace

const std::vector<Kind>& all() {
    static const std::vector<Kind> kinds = every_kind();
    return kinds;
}

const Kind* find(std::string_view group, std::string_view version, std::string_view plural) {
    const auto found = std::ranges::find_if(all(), [&](const Kind& kind) {
        return kind.group == group && kind.version == version && kind.plural == plural;
    });
    return found == all().end() ? nullptr : &*found;
}

const Kind* find(std::string_view resource) {
    const auto found = std::ranges::find(all(), resource, &Kind::resource);
    return found == all().end() ? nullptr : &*found;
}

}  // namespace hooklet::kinds
