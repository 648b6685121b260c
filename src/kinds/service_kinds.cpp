// SPDX-License-Identifier: Apache-2.0
#include "api/types.hpp"
#include "kinds/catalog.hpp"

namespace hooklet::kinds {

Kind endpoints() {
    return kind_of<api::Endpoints>({.name = "Endpoints",
                                    .plural = "endpoints",
                                    .singular = "endpoints",
                                    .verbs = every_verb,
                                    .short_names = {"ep"}},
                                   {});
}

Kind services() {
    return kind_of<api::Service>({.name = "Service",
                                  .plural = "services",
                                  .singular = "service",
                                  .verbs = every_verb,
                                  .short_names = {"svc"},
                                  .categories = {"all"},
                                  .subresources = {{.name = "proxy",
                                                    .verbs = {"create", "delete", "get", "patch", "update"},
                                                    .kind = "ServiceProxyOptions"},
                                                   {.name = "status", .verbs = part_verbs}}},
                                 {});
}

}  // namespace hooklet::kinds
