// SPDX-License-Identifier: Apache-2.0
#include "volumes/payload.hpp"

#include "volumes/paths.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

constexpr std::uint32_t token_mode = 0600;

/// Collects the files of one volume; goes on after an error, so that all of them are told.
class Collector {
  public:
    Collector(const VolumeInput* input, const std::optional<std::int32_t>& default_mode)
        : input_(input), default_mode_(static_cast<std::uint32_t>(default_mode.value_or(0644))) {}

    void config_map(const std::string& name, const std::vector<api::KeyToPath>& items, bool optional) {
        const auto object = input_->objects.config_map(input_->pod.metadata.namespace_, name);
        if (!object) return missing_object(object.error(), optional);
        std::map<std::string, std::string> data = (*object)->binaryData;
        data.insert((*object)->data.begin(), (*object)->data.end());
        keys(data, "config", items, optional);
    }

    void secret(const std::string& name, const std::vector<api::KeyToPath>& items, bool optional) {
        const auto object = input_->objects.secret(input_->pod.metadata.namespace_, name);
        if (!object) return missing_object(object.error(), optional);
        keys((*object)->data, "secret", items, optional);
    }

    void downward(const std::vector<api::DownwardAPIVolumeFile>& items) {
        for (const api::DownwardAPIVolumeFile& item : items) {
            Result<std::string> value = downward_value(item);
            if (!value) {
                fail_with(value.error());
            } else {
                add(item.path, {*std::move(value), mode_of(item.mode)});
            }
        }
    }

    void token(const api::ServiceAccountTokenProjection& projection) {
        const auto token = input_->objects.token(token_request(input_->pod, projection));
        if (!token) return fail_with(wrap("failed to fetch token", token.error()).error());
        const std::optional<std::uint32_t> user = common_user(input_->pod.spec);
        const bool shared = !user && !fs_group(input_->pod.spec);
        add(projection.path, {token->token, shared ? default_mode_ : token_mode, user});
    }

    void projection(const api::VolumeProjection& source) {
        if (const auto& from = source.configMap) config_map(from->name, from->items, is_true(from->optional));
        if (const auto& from = source.secret) secret(from->name, from->items, is_true(from->optional));
        if (source.downwardAPI) downward(source.downwardAPI->items);
        if (source.serviceAccountToken) token(*source.serviceAccountToken);
    }

    Result<Payload> result() && {
        if (errors_.empty()) return std::move(payload_);
        if (texts_.size() == 1) return std::unexpected(errors_.front());
        return fail(errors_.front().code, fmt::format("[{}]", fmt::join(texts_, ", ")));
    }

    static bool is_true(const std::optional<bool>& value) { return value.value_or(false); }

  private:
    void fail_with(Error error) {
        std::string text = error.text();
        if (std::ranges::find(texts_, text) == texts_.end()) texts_.push_back(std::move(text));
        errors_.push_back(std::move(error));
    }

    void missing_object(Error error, bool optional) {
        if (!optional || error.code != Code::not_found) fail_with(std::move(error));
    }

    void keys(const std::map<std::string, std::string>& data, std::string_view kind,
              const std::vector<api::KeyToPath>& items, bool optional) {
        if (items.empty()) {
            for (const auto& [key, value] : data) add(key, {value, default_mode_});
        }
        for (const api::KeyToPath& item : items) {
            const auto found = data.find(item.key);
            if (found != data.end()) {
                add(item.path, {found->second, mode_of(item.mode)});
            } else if (!optional) {
                fail_with(
                    {Code::not_found, fmt::format("references non-existent {} key: {}", kind, item.key)});
            }
        }
    }

    Result<std::string> downward_value(const api::DownwardAPIVolumeFile& item) {
        const FieldFacts facts{{}, input_->node};
        if (item.fieldRef) return field_value(input_->pod, item.fieldRef->fieldPath, facts);
        if (!item.resourceFieldRef) return std::string{};
        return resource_value(input_->pod, nullptr, *item.resourceFieldRef, input_->node);
    }

    [[nodiscard]] std::uint32_t mode_of(const std::optional<std::int32_t>& mode) const {
        return mode ? static_cast<std::uint32_t>(*mode) : default_mode_;
    }

    void add(const std::string& path, PayloadFile file) {
        if (!has_backsteps(path) && !components_of(path).empty()) {
            payload_[fmt::format("{}", fmt::join(components_of(path), "/"))] = std::move(file);
        } else {
            fail_with({Code::invalid, fmt::format("invalid path: {}", path)});
        }
    }

    const VolumeInput* input_;
    std::uint32_t default_mode_;
    Payload payload_;
    std::vector<Error> errors_;
    std::vector<std::string> texts_;
};

std::optional<std::int64_t> user_of(const api::PodSpec& spec, const api::Container& container) {
    if (container.securityContext && container.securityContext->runAsUser) {
        return container.securityContext->runAsUser;
    }
    return spec.securityContext ? spec.securityContext->runAsUser : std::nullopt;
}

}  // namespace

bool has_payload(const api::Volume& volume) {
    return volume.configMap || volume.secret || volume.downwardAPI || volume.projected;
}

Result<Payload> make_payload(const api::Volume& volume, const VolumeInput& input) {
    if (const auto& from = volume.configMap) {
        Collector files(&input, from->defaultMode);
        files.config_map(from->name, from->items, Collector::is_true(from->optional));
        return std::move(files).result();
    }
    if (const auto& from = volume.secret) {
        Collector files(&input, from->defaultMode);
        files.secret(from->secretName, from->items, Collector::is_true(from->optional));
        return std::move(files).result();
    }
    if (const auto& from = volume.downwardAPI) {
        Collector files(&input, from->defaultMode);
        files.downward(from->items);
        return std::move(files).result();
    }
    Collector files(&input, volume.projected->defaultMode);
    for (const api::VolumeProjection& source : volume.projected->sources) files.projection(source);
    return std::move(files).result();
}

std::optional<std::uint32_t> common_user(const api::PodSpec& spec) {
    std::set<std::optional<std::int64_t>> users;
    for (const api::Container& container : spec.initContainers) users.insert(user_of(spec, container));
    for (const api::Container& container : spec.containers) users.insert(user_of(spec, container));
    if (users.size() != 1 || !*users.begin()) return std::nullopt;
    return static_cast<std::uint32_t>(**users.begin());
}

std::optional<std::uint32_t> fs_group(const api::PodSpec& spec) {
    if (!spec.securityContext || !spec.securityContext->fsGroup) return std::nullopt;
    return static_cast<std::uint32_t>(*spec.securityContext->fsGroup);
}

}  // namespace hooklet
