// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"

namespace hooklet::kinds {

Kind config_maps() {
    return kind_of<api::ConfigMap>(
        {.name = "ConfigMap",
         .plural = "configmaps",
         .singular = "configmap",
         .verbs = every_verb,
         .short_names = {"cm"}},
        {.validate = [](const api::ConfigMap& map) { return api::validate(map); },
         .validate_update = [](std::string_view, const api::ConfigMap& now,
                               const api::ConfigMap& before) { return api::validate_update(now, before); }});
}

Kind secrets() {
    return kind_of<api::Secret>(
        {.name = "Secret", .plural = "secrets", .singular = "secret", .verbs = every_verb},
        {.set_defaults = api::set_defaults,
         .validate = [](const api::Secret& secret) { return api::validate(secret); },
         .validate_update = [](std::string_view, const api::Secret& now,
                               const api::Secret& before) { return api::validate_update(now, before); }});
}

Kind service_accounts() {
    return kind_of<api::ServiceAccount>({.name = "ServiceAccount",
                                         .plural = "serviceaccounts",
                                         .singular = "serviceaccount",
                                         .verbs = every_verb,
                                         .short_names = {"sa"},
                                         .subresources = {{.name = "token",
                                                           .verbs = {"create"},
                                                           .group = "authentication.k8s.io",
                                                           .version = "v1",
                                                           .kind = "TokenRequest"}}},
                                        {});
}

}  // namespace hooklet::kinds
