// SPDX-License-Identifier: Apache-2.0
// The data of ConfigMaps and Secrets.
#include "api/find_annotation.hpp"
#include "api/json.hpp"
#include "api/validation.hpp"
#include "api/validation/parts.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::size_t most_bytes = 1024 * 1024;
constexpr std::string_view service_account_name = "kubernetes.io/service-account.name";

using Data = std::map<std::string, std::string>;

std::size_t check_keys(const Data& data, const std::string& path, Issues& issues) {
    std::size_t total = 0;
    for (const auto& [key, value] : data) {
        add_problems(check_text("config_key", key), fmt::format("{}[{}]", path, key), key, issues);
        total += value.size();
    }
    return total;
}

void check_twins(const Data& data, std::string_view path, const Data& others, std::string_view other_path,
                 Issues& issues) {
    for (const auto& [key, value] : data) {
        if (!others.contains(key)) continue;
        issues.push_back(issue::invalid_text(fmt::format("{}[{}]", path, key), key,
                                             fmt::format("duplicate of key present in {}", other_path)));
    }
}

void check_total(std::size_t total, std::string path, Issues& issues) {
    if (total <= most_bytes) return;
    issues.push_back(
        issue::too_long(std::move(path), fmt::format("may not be more than {} bytes", most_bytes)));
}

/// A kind of Secret that has to hold certain keys.
struct SecretType {
    std::string_view type;
    std::array<std::string_view, 2> keys;  ///< "" for none.
    bool any = false;                      ///< One of the keys is enough.
    bool json = false;                     ///< The value of the first one is a JSON document.
};
constexpr std::array secret_types{
    SecretType{"kubernetes.io/dockercfg", {".dockercfg", ""}, false, true},
    SecretType{"kubernetes.io/dockerconfigjson", {".dockerconfigjson", ""}, false, true},
    SecretType{"kubernetes.io/basic-auth", {"username", "password"}, true},
    SecretType{"kubernetes.io/ssh-auth", {"ssh-privatekey", ""}},
    SecretType{"kubernetes.io/tls", {"tls.crt", "tls.key"}},
};

bool has(const Secret& secret, std::string_view key) {
    return key.empty() || secret.data.contains(std::string(key));
}

void check_type(const SecretType& rule, const Secret& secret, Issues& issues) {
    const auto& [first, second] = rule.keys;
    if (rule.any && (has(secret, first) || has(secret, second))) return;
    for (const std::string_view key : rule.keys) {
        if (!has(secret, key)) issues.push_back(issue::required(fmt::format("data[{}]", key)));
    }
    if (!rule.json || !has(secret, first)) return;
    if (parse_json(secret.data.at(std::string(first)))) return;
    issues.push_back(issue::invalid_text(fmt::format("data[{}]", first), "<secret contents redacted>",
                                         "must be a JSON document"));
}

/// What an update may not change of an object that says that it is immutable.
class Frozen {
  public:
    Frozen(const std::optional<bool>& old, const std::optional<bool>& next, Issues* issues)
        : frozen_(old.value_or(false)), issues_(issues) {
        check("immutable", !next.value_or(false));
    }
    void check(std::string path, bool changed) {
        if (!frozen_ || !changed) return;
        issues_->push_back(issue::forbidden(std::move(path), "field is immutable when `immutable` is set"));
    }

  private:
    bool frozen_;
    Issues* issues_;
};

}  // namespace

Issues validate_update(const ConfigMap& next, const ConfigMap& old) {
    Issues issues = validate(next);
    Frozen frozen(old.immutable, next.immutable, &issues);
    frozen.check("data", next.data != old.data);
    frozen.check("binaryData", next.binaryData != old.binaryData);
    return issues;
}

Issues validate_update(const Secret& next, const Secret& old) {
    Issues issues = validate(next);
    if (next.type != old.type) {
        issues.push_back(issue::invalid_text("type", next.type, "field is immutable"));
    }
    Frozen(old.immutable, next.immutable, &issues).check("data", next.data != old.data);
    return issues;
}

void check_data(const ConfigMap& config_map, Issues& issues) {
    std::size_t total = check_keys(config_map.data, "data", issues);
    check_twins(config_map.data, "data", config_map.binaryData, "binaryData", issues);
    total += check_keys(config_map.binaryData, "binaryData", issues);
    check_twins(config_map.binaryData, "binaryData", config_map.data, "data", issues);
    check_total(total, "", issues);
}

void check_data(const Secret& secret, Issues& issues) {
    check_total(check_keys(secret.data, "data", issues), "data", issues);
    for (const SecretType& rule : secret_types) {
        if (rule.type == secret.type) check_type(rule, secret, issues);
    }
    const bool token = secret.type == "kubernetes.io/service-account-token";
    if (token && annotation_of(secret.metadata, service_account_name).empty()) {
        issues.push_back(issue::required(fmt::format("metadata.annotations[{}]", service_account_name)));
    }
}

}  // namespace hooklet::api
