// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

namespace hooklet::kinds {

namespace {

Column count_column(std::string name) {
    return {.name = std::move(name), .type = "integer"};
}

Row config_map_row(const api::ConfigMap& map, WallTime now) {
    return row_of(map.metadata.name, map.data.size() + map.binaryData.size(), age_cell(map.metadata, now));
}

Row secret_row(const api::Secret& secret, WallTime now) {
    return row_of(secret.metadata.name, secret.type, secret.data.size(), age_cell(secret.metadata, now));
}

Row account_row(const api::ServiceAccount& account, WallTime now) {
    return row_of(account.metadata.name, account.secrets.size(), age_cell(account.metadata, now));
}

Fields secret_fields(const api::Secret& secret) {
    return {{"type", secret.type}};
}

}  // namespace

Kind config_maps() {
    return kind_of<api::ConfigMap>({.name = "ConfigMap",
                                    .plural = "configmaps",
                                    .singular = "configmap",
                                    .verbs = every_verb,
                                    .short_names = {"cm"},
                                    .columns = {name_column(), count_column("Data"), age_column()}},
                                   {.validate = [](const api::ConfigMap& map) { return api::validate(map); },
                                    .validate_update = of_object<api::ConfigMap, api::validate_update>,
                                    .row = config_map_row});
}

Kind secrets() {
    return kind_of<api::Secret>(
        {.name = "Secret",
         .plural = "secrets",
         .singular = "secret",
         .verbs = every_verb,
         .columns = {name_column(), column("Type"), count_column("Data"), age_column()}},
        {.set_defaults = api::set_defaults,
         .validate = [](const api::Secret& secret) { return api::validate(secret); },
         .validate_update = of_object<api::Secret, api::validate_update>,
         .fields = secret_fields,
         .row = secret_row});
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
                                                           .kind = "TokenRequest"}},
                                         .shown_when_gone = true,
                                         .columns = {name_column(), count_column("Secrets"), age_column()}},
                                        {.validate = api::validate, .row = account_row});
}

}  // namespace hooklet::kinds
