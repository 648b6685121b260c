// SPDX-License-Identifier: Apache-2.0
#include "support/fake_api.hpp"

#include "api/selector.hpp"
#include "informer/document.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

using api::Node;

/// What field selectors may ask for besides metadata.name and metadata.namespace.
const std::set<std::string>& known_fields(const std::string& resource) {
    static const std::map<std::string, std::set<std::string>> all{
        {"pods", {"spec.nodeName", "spec.schedulerName", "status.phase"}},
        {"nodes", {"spec.unschedulable"}},
        {"namespaces", {"status.phase"}},
        {"secrets", {"type"}},
        {"events",
         {"involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid"}},
    };
    static const std::set<std::string> none;
    const auto found = all.find(resource);
    return found == all.end() ? none : found->second;
}

std::string field_text(const Node& object, std::string_view path) {
    const Node* node = &object;
    while (node != nullptr && !path.empty()) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        node = node->find(path.substr(0, dot));
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    const std::string* text = node == nullptr ? nullptr : node->as_string();
    return text == nullptr ? "" : *text;
}

/// A selection, read.
class Filter {
  public:
    explicit Filter(const ApiSelection& selection)
        : resource_(FakeObjects::resource_of(selection.path)),
          namespace_(selection.path.namespace_),
          labels_(api::parse_label_selector(selection.label_selector).value()),
          fields_(api::parse_field_selector(selection.field_selector).value()) {
        const bool bad_path = !selection.path.name.empty() || !selection.path.subresource.empty() ||
                              (!FakeObjects::kind_of(selection.path).namespaced && !namespace_.empty());
        if (bad_path) throw std::logic_error("FakeApi: a selection is of a resource, in a namespace or all");
        for (const api::FieldRequirement& field : fields_) {
            const bool usual = field.path == "metadata.name" || field.path == "metadata.namespace";
            if (usual || known_fields(resource_).contains(field.path)) continue;
            throw std::logic_error("FakeApi: field label not supported: " + field.path);
        }
    }

    [[nodiscard]] bool matches(const Node& object) const {
        const api::ObjectMeta meta = metadata_of(object);
        return (namespace_.empty() || meta.namespace_ == namespace_) && api::matches(labels_, meta.labels) &&
               api::matches(fields_, [&object](std::string_view path) { return field_text(object, path); });
    }

    /// The change as a watch shows it.
    [[nodiscard]] std::optional<ApiEvent> event(const FakeChange& change) const {
        if (change.resource != resource_) return std::nullopt;
        const bool was = change.before && matches(*change.before);
        const bool is = change.now && matches(*change.now);
        if (is) return ApiEvent{was ? ApiEventType::modified : ApiEventType::added, *change.now};
        if (!was) return std::nullopt;
        Node last = *change.before;
        last.find("metadata")->set("resourceVersion", Node(std::to_string(change.revision)));
        return ApiEvent{ApiEventType::deleted, std::move(last)};
    }

    [[nodiscard]] const std::string& resource() const { return resource_; }

  private:
    std::string resource_;
    std::string namespace_;
    api::LabelRequirements labels_;
    api::FieldRequirements fields_;
};

}  // namespace

class FakeApi::Watch final : public ApiWatch {
  public:
    Watch(FakeApi* api, Filter filter, std::int64_t from, std::vector<Node> initial)
        : api_(api), filter_(std::move(filter)), seen_(from), initial_(initial.begin(), initial.end()) {
        api_->watches_.push_back(this);
    }
    ~Watch() override { std::erase(api_->watches_, this); }

    Task<Result<ApiEvent>> next(Call call) override {
        const auto passage = co_await api_->wire_.request("api.next." + filter_.resource(), quick_call, call);
        if (!passage) co_return std::unexpected(passage.error());
        while (true) {
            auto event = take();
            if (!event) co_return std::unexpected(event.error());
            if (*event) co_return std::move(**event);
            const Woken woken;
            waiting_ = woken;
            const auto news = co_await bounded(api_->wire_.clock(), woken, call);
            waiting_.reset();
            if (!news) co_return std::unexpected(news.error());
        }
    }

    void wake() {
        if (waiting_) waiting_->set(std::monostate{});
    }
    void disconnect() {
        broken_ = true;
        wake();
    }

  private:
    Result<std::optional<ApiEvent>> take() {
        if (broken_) return fail(Code::unavailable, "connection reset by peer");
        if (!initial_.empty()) {
            ApiEvent event{ApiEventType::added, std::move(initial_.front())};
            initial_.pop_front();
            return event;
        }
        if (seen_ < api_->complete_since_) {
            return fail(Code::expired,
                        fmt::format("too old resource version: {} ({})", seen_, api_->complete_since_));
        }
        const auto& changes = api_->objects_.changes();
        auto change = std::ranges::upper_bound(changes, seen_, {}, &FakeChange::revision);
        for (; change != changes.end(); ++change) {
            seen_ = change->revision;
            if (auto event = filter_.event(*change)) return event;
        }
        return std::nullopt;
    }

    FakeApi* api_;
    Filter filter_;
    std::int64_t seen_;
    std::deque<Node> initial_;
    bool broken_ = false;
    std::optional<Woken> waiting_;
};

Task<Result<Passage>> FakeApi::arrive(std::string verb, ApiPath path, Call call) {
    std::string site = fmt::format("api.{}.{}", verb, FakeObjects::resource_of(path));
    if (!path.subresource.empty()) site += "/" + path.subresource;
    auto passage = co_await wire_.request(site, quick_call, call);
    if (!passage) co_return passage;
    std::deque<Error>& failures = failures_[site];
    if (failures.empty()) co_return passage;
    Error error = std::move(failures.front());
    failures.pop_front();
    co_return std::unexpected(std::move(error));
}

void FakeApi::wake() {
    for (Watch* watch : watches_) watch->wake();
}

void FakeApi::expire() {
    complete_since_ = objects_.revision() + 1;
    // A revision of its own, so that lists from now on are new enough to be watched from.
    objects_.skip_revision();
    wake();
}

void FakeApi::disconnect() {
    for (Watch* watch : watches_) watch->disconnect();
}

Task<Result<Node>> FakeApi::get(ApiPath path, Call call) {
    const auto passage = co_await arrive("get", path, call);
    if (!passage) co_return std::unexpected(passage.error());
    co_return co_await wire_.answer(*passage, call, objects_.get(path));
}

Task<Result<ApiList>> FakeApi::list(ApiSelection selection, Call call) {
    const Filter filter(selection);
    const auto passage = co_await arrive("list", selection.path, call);
    if (!passage) co_return std::unexpected(passage.error());
    ApiList found{std::to_string(objects_.revision()), objects_.all(selection.path)};
    std::erase_if(found.items, [&filter](const Node& object) { return !filter.matches(object); });
    co_return co_await wire_.answer(*passage, call, Result<ApiList>(std::move(found)));
}

Task<Result<std::unique_ptr<ApiWatch>>> FakeApi::watch(ApiSelection selection, std::string resource_version,
                                                       Call call) {
    Filter filter(selection);
    const auto passage = co_await arrive("watch", selection.path, call);
    if (!passage) co_return std::unexpected(passage.error());
    std::vector<Node> initial;
    std::int64_t from = objects_.revision();
    if (resource_version.empty()) {
        initial = objects_.all(selection.path);
        std::erase_if(initial, [&filter](const Node& object) { return !filter.matches(object); });
    } else {
        from = std::stoll(resource_version);
    }
    Result<std::unique_ptr<ApiWatch>> opened =
        std::make_unique<Watch>(this, std::move(filter), from, std::move(initial));
    co_return co_await wire_.answer(*passage, call, std::move(opened));
}

Task<Result<Node>> FakeApi::write(std::string verb, ApiPath path, std::string name,
                                  std::move_only_function<Result<Node>()> effect, Call call) {
    const auto passage = co_await arrive(verb, path, call);
    if (!passage) co_return std::unexpected(passage.error());
    const std::string below = path.subresource.empty() ? "" : "/" + path.subresource;
    const std::string place = path.namespace_.empty() ? "" : path.namespace_ + "/";
    writes_.push_back(fmt::format("{} {}{} {}{}", verb, FakeObjects::resource_of(path), below, place, name));
    co_return co_await wire_.answer(*passage, call, effect());
}

Task<Result<Node>> FakeApi::create(ApiPath path, Node object, Call call) {
    const api::ObjectMeta meta = metadata_of(object);
    const std::string given = meta.name.empty() ? meta.generateName : meta.name;
    const std::string name = path.name.empty() ? given : path.name;
    return write("create", path, name, [this, path, object] { return objects_.create(path, object); }, call);
}

Task<Result<Node>> FakeApi::update(ApiPath path, Node object, Call call) {
    return write(
        "update", path, path.name, [this, path, object] { return objects_.update(path, object); }, call);
}

Task<Result<Node>> FakeApi::patch(ApiPath path, ApiPatchType type, Node patch, Call call) {
    return write(
        "patch", path, path.name, [this, path, type, patch] { return objects_.patch(path, type, patch); },
        call);
}

Task<Result<Node>> FakeApi::remove(ApiPath path, ApiDelete options, Call call) {
    return write(
        "delete", path, path.name, [this, path, options] { return objects_.remove(path, options); }, call);
}

}  // namespace hooklet::sim
