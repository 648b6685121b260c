// SPDX-License-Identifier: Apache-2.0
#include "admission/admission.hpp"

#include "admission/limit_range.hpp"
#include "admission/node_restriction.hpp"
#include "admission/pod_rules.hpp"
#include "api/mirror_pod.hpp"
#include "api/validation/checks.hpp"
#include "base/contains.hpp"
#include "informer/document.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace hooklet::admission {

namespace {

/// A new namespace gets its account a moment after it is there.
constexpr int account_attempts = 10;
constexpr Duration account_interval = std::chrono::milliseconds{200};

ApiPath priority_class_path(std::string name = "") {
    return {"scheduling.k8s.io", "v1", "priorityclasses", "", std::move(name)};
}

/// The text of the cache that the API looks service accounts up in.
Error no_account(const std::string& name) {
    return {Code::not_found, fmt::format("serviceaccount \"{}\" not found", name)};
}

Refusal being_terminated(const ApiPath& path) {
    Refusal refusal = forbidden(
        path, fmt::format("unable to create new content in namespace {} because it is being terminated",
                          path.namespace_));
    refusal.causes.push_back({"NamespaceTerminating",
                              fmt::format("namespace {} is being terminated", path.namespace_),
                              "metadata.namespace"});
    return refusal;
}

Refusal bad_address(const ApiPath& path, const std::string& address, std::string_view why) {
    Refusal refusal{.code = 422, .reason = "Invalid", .name = path.name, .resource = "Service"};
    const std::string text =
        fmt::format("Invalid value: [\"{0}\"]: failed to allocate IP {0}: {1}", address, why);
    refusal.message = fmt::format("Service \"{}\" is invalid: spec.clusterIPs: {}", path.name, text);
    refusal.causes.push_back({"FieldValueInvalid", text, "spec.clusterIPs"});
    return refusal;
}

/// An address that its Service names. What is no address at all is left to the validation.
Verdict<> check_address(const ApiPath& path, const std::string& address, const std::set<std::string>& used) {
    if (!api::check_text("ip", address).empty()) return {};
    if (!in_service_range(address)) {
        return std::unexpected(bad_address(
            path, address,
            fmt::format("the provided IP ({}) is not in the valid range. The range of valid IPs is {}",
                        address, service_range)));
    }
    if (!used.contains(address)) return {};
    return std::unexpected(bad_address(path, address, "provided IP is already allocated"));
}

}  // namespace

Task<Verdict<>> Admission::may_create(ApiPath path, Call call) {
    if (path.namespace_.empty()) co_return Verdict<>{};
    const ApiPath name{"", "v1", "namespaces", "", path.namespace_};
    const auto found = co_await api_->get(name, call);
    if (!found && found.error().code == Code::not_found) co_return std::unexpected(not_found(name));
    if (!found) co_return std::unexpected(failed(found.error()));
    const bool ends = metadata_of(*found).deletionTimestamp.has_value();
    if (ends) co_return std::unexpected(being_terminated(path));
    co_return Verdict<>{};
}

Verdict<> Admission::may_delete(const ApiPath& path) {
    constexpr std::array<std::string_view, 3> immortal{"default", "kube-system", "kube-public"};
    if (path.group.empty() && path.resource == "namespaces" && contains(immortal, path.name))
        return std::unexpected(forbidden(path, "this namespace may not be deleted"));
    // No class of a user has such a name.
    const bool priority_class = path.group == "scheduling.k8s.io" && path.resource == "priorityclasses";
    if (priority_class && path.name.starts_with("system-"))
        return std::unexpected(forbidden(path, "this is a system priority class and cannot be deleted"));
    return {};
}

Task<Verdict<api::Pod>> Admission::create_pod(ApiPath path, api::Pod pod, Call call) {
    auto limited = co_await limit(path, std::move(pod), call);
    if (!limited) co_return limited;
    pod = *std::move(limited);
    if (api::is_mirror(pod.metadata)) {
        const Checked allowed = check_mirror(pod);
        if (!allowed) co_return std::unexpected(forbidden(path, allowed.error()));
    } else {
        auto with_account = co_await add_account(path, std::move(pod), call);
        if (!with_account) co_return with_account;
        pod = *std::move(with_account);
    }
    auto with_priority = co_await add_priority(path, std::move(pod), call);
    if (!with_priority) co_return with_priority;
    pod = *std::move(with_priority);
    tolerate_lost_nodes(pod);
    co_return co_await add_runtime_class(path, std::move(pod), call);
}

Task<Verdict<>> Admission::node_creates_pod(ApiPath path, std::string node, const api::Pod* pod, Call call) {
    const ApiPath own{"", "v1", "nodes", "", node};
    const auto found = co_await api_->get(own, std::move(call));
    if (!found && found.error().code != Code::not_found) co_return std::unexpected(failed(found.error()));
    const std::string uid = found ? metadata_of(*found).uid : "";
    const Checked allowed = node_may_create(node, *pod, uid);
    if (!allowed) co_return std::unexpected(forbidden(path, allowed.error()));
    co_return Verdict<>{};
}

void Admission::update_pod(api::Pod& pod) {
    tolerate_lost_nodes(pod);
}

Task<Verdict<>> Admission::resize_pod(ApiPath path, api::Pod pod, Call call) {
    const auto limited = co_await limit(std::move(path), std::move(pod), std::move(call));
    if (!limited) co_return std::unexpected(limited.error());
    co_return Verdict<>{};
}

Task<Verdict<api::Pod>> Admission::limit(ApiPath path, api::Pod pod, Call call) {
    const ApiSelection all{{"", "v1", "limitranges", path.namespace_}};
    const auto ranges = co_await api_->list(all, call);
    if (!ranges) co_return std::unexpected(failed(ranges.error()));
    for (const api::Node& document : ranges->items) {
        const Checked fits = apply_limits(pod, read_as<api::LimitRange>(document));
        if (!fits) co_return std::unexpected(forbidden(path, fits.error()));
    }
    co_return pod;
}

Task<Verdict<api::Pod>> Admission::add_account(ApiPath path, api::Pod pod, Call call) {
    std::string& name = pod.spec.serviceAccountName;
    if (name.empty()) name = default_service_account;
    const auto account = co_await service_account(path.namespace_, name, call);
    if (!account) {
        co_return std::unexpected(
            forbidden(path, fmt::format("error looking up service account {}/{}: {}", path.namespace_, name,
                                        account.error().text())));
    }
    use_service_account(pod, *account, *random_);
    co_return pod;
}

Task<Result<api::ServiceAccount>> Admission::service_account(std::string namespace_, std::string name,
                                                             Call call) {
    const ApiPath path{"", "v1", "serviceaccounts", namespace_, name};
    for (int left = name == default_service_account ? account_attempts : 1;; --left) {
        const auto found = co_await api_->get(path, call);
        if (found) co_return read_as<api::ServiceAccount>(*found);
        if (found.error().code != Code::not_found) co_return std::unexpected(found.error());
        if (left == 1) co_return std::unexpected(no_account(name));
        const Status waited =
            co_await sleep_until(clock_, clock_->call_within(account_interval, call.cancel));
        if (!waited) co_return std::unexpected(waited.error());
    }
}

Task<Verdict<api::Pod>> Admission::add_priority(ApiPath path, api::Pod pod, Call call) {
    const std::string& name = pod.spec.priorityClassName;
    const auto chosen = co_await priority_class(name, call);
    if (!chosen) co_return std::unexpected(failed(chosen.error()));
    if (!*chosen && !name.empty()) {
        co_return std::unexpected(
            forbidden(path, fmt::format("no PriorityClass with name {} was found", name)));
    }
    const Checked set = set_priority(pod, *chosen ? &**chosen : nullptr);
    if (!set) co_return std::unexpected(forbidden(path, set.error()));
    co_return pod;
}

Task<Result<std::optional<api::PriorityClass>>> Admission::priority_class(std::string name, Call call) {
    if (!name.empty()) {
        const auto found = co_await api_->get(priority_class_path(name), call);
        if (found) co_return read_as<api::PriorityClass>(*found);
        if (found.error().code == Code::not_found) co_return std::nullopt;
        co_return std::unexpected(found.error());
    }
    const ApiSelection all{priority_class_path()};
    const auto classes = co_await api_->list(all, call);
    if (!classes) co_return std::unexpected(classes.error());
    std::optional<api::PriorityClass> lowest;
    for (const api::Node& document : classes->items) {
        auto it = read_as<api::PriorityClass>(document);
        if (it.globalDefault && (!lowest || it.value < lowest->value)) lowest = std::move(it);
    }
    co_return lowest;
}

Task<Verdict<api::Service>> Admission::give_address(ApiPath path, api::Service service, Call call) {
    if (!wants_address(service.spec)) co_return service;
    const ApiSelection all{{"", "v1", "services", ""}};
    const auto services = co_await api_->list(all, call);
    if (!services) co_return std::unexpected(failed(services.error()));
    std::set<std::string> used;
    for (const api::Node& document : services->items) used.insert(text_at(document, {"spec", "clusterIP"}));
    std::string& address = service.spec.clusterIP;
    if (address.empty()) {
        address = addresses_.next(used);
        service.spec.clusterIPs = {address};
    } else if (const Verdict<> good = check_address(path, address, used); !good) {
        co_return std::unexpected(good.error());
    }
    co_return service;
}

Task<Verdict<>> Admission::write_priority_class(ApiPath path, api::PriorityClass written, Call call) {
    if (!written.globalDefault) co_return Verdict<>{};
    const auto current = co_await priority_class("", call);
    if (!current) co_return std::unexpected(failed(current.error()));
    if (!*current || (*current)->metadata.name == written.metadata.name) co_return Verdict<>{};
    co_return std::unexpected(forbidden(
        path, fmt::format("PriorityClass {} is already marked as default. Only one default can exist",
                          (*current)->metadata.name)));
}

Task<Verdict<api::Pod>> Admission::add_runtime_class(ApiPath path, api::Pod pod, Call call) {
    std::optional<api::RuntimeClass> chosen;
    if (pod.spec.runtimeClassName) {
        const std::string& name = *pod.spec.runtimeClassName;
        const ApiPath class_path{"node.k8s.io", "v1", "runtimeclasses", "", name};
        const auto found = co_await api_->get(class_path, call);
        if (!found && found.error().code == Code::not_found) {
            co_return std::unexpected(
                forbidden(path, fmt::format("pod rejected: RuntimeClass \"{}\" not found", name)));
        }
        if (!found) co_return std::unexpected(failed(found.error()));
        chosen = read_as<api::RuntimeClass>(*found);
    }
    const Checked used = use_runtime_class(pod, chosen ? &*chosen : nullptr);
    if (!used) co_return std::unexpected(forbidden(path, used.error()));
    co_return pod;
}

}  // namespace hooklet::admission
