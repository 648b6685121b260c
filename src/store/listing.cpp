// SPDX-License-Identifier: Apache-2.0
#include "store/listing.hpp"

#include "api/base64.hpp"
#include "api/json.hpp"

#include <charconv>

#include <fmt/format.h>

namespace hooklet::store {

namespace {

constexpr std::string_view token_version = "meta.k8s.io/v1";

std::string to_base64_url(std::string_view bytes) {
    std::string text = api::to_base64(bytes);
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

Result<std::string> from_base64_url(std::string_view text) {
    std::string standard(text);
    std::ranges::replace(standard, '-', '+');
    std::ranges::replace(standard, '_', '/');
    standard.append((4 - standard.size() % 4) % 4, '=');
    return api::from_base64(standard);
}

auto bad_token(std::string_view why) {
    return fail(Code::invalid, fmt::format("invalid continue token: continue key is not valid: {}", why));
}

}  // namespace

std::string encode(const ContinueToken& token) {
    api::Node content;
    content.set("v", api::Node(token_version));
    content.set("rv", api::Node(token.revision));
    content.set("start", api::Node(token.after + '\0'));
    return to_base64_url(api::write_json(content));
}

Result<ContinueToken> decode(std::string_view text) {
    const auto json = from_base64_url(text);
    if (!json) return bad_token(json.error().text());
    const auto content = api::parse_json(*json);
    if (!content) return bad_token(content.error().message);
    const api::Node* version = content->find("v");
    const api::Node* revision = content->find("rv");
    const api::Node* start = content->find("start");
    if (version == nullptr || version->as_string() == nullptr || *version->as_string() != token_version) {
        return bad_token("server does not recognize this encoded version");
    }
    if (revision == nullptr || revision->as_int() == nullptr || *revision->as_int() == 0 ||
        *revision->as_int() < -1) {
        return bad_token("incorrect encoded start resourceVersion");
    }
    if (start == nullptr || start->as_string() == nullptr || !start->as_string()->ends_with('\0')) {
        return bad_token("encoded start key empty");
    }
    std::string after = *start->as_string();
    after.pop_back();
    return ContinueToken{*revision->as_int(), std::move(after)};
}

std::string without_revision(std::string_view text) {
    auto token = decode(text);
    if (!token) return "";
    token->revision = -1;
    return encode(*token);
}

Result<Revision> parse_revision(std::string_view text) {
    if (text.empty()) return 0;
    Revision revision = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
    if (error == std::errc{} && end == text.data() + text.size() && text.front() != '-') return revision;
    const std::string value = api::quote(text);
    const bool large = error == std::errc::result_out_of_range;
    return fail(Code::invalid, fmt::format("invalid resource version: resourceVersion: Invalid value: {}: "
                                           "strconv.ParseUint: parsing {}: {}",
                                           value, value, large ? "value out of range" : "invalid syntax"));
}

std::string place_of(const ObjectKey& key) {
    return key.namespace_.empty() ? key.name : key.namespace_ + '/' + key.name;
}

PlaceRange range_of(const Selection& selection, std::string_view after) {
    PlaceRange range;
    if (!selection.namespace_.empty()) {
        range.first = selection.namespace_ + '/' + selection.name;
        // '0' comes right behind '/'.
        range.last = selection.name.empty() ? selection.namespace_ + '0' : range.first + '\0';
    }
    if (!after.empty()) range.first = std::max(range.first, std::string(after) + '\0');
    if (!range.last.empty()) range.first = std::min(range.first, range.last);
    return range;
}

Snapshot::Snapshot(const Objects& now, Objects then, const PlaceRange& range)
    : then_(std::move(then)),
      now_at_(now.lower_bound(range.first)),
      now_end_(range.last.empty() ? now.end() : now.lower_bound(range.last)),
      then_at_(then_.lower_bound(range.first)),
      then_end_(range.last.empty() ? then_.end() : then_.lower_bound(range.last)) {}

ObjectPtr Snapshot::next() {
    while (then_at_ != then_end_) {
        if (now_at_ != now_end_ && now_at_->first < then_at_->first) break;
        if (now_at_ != now_end_ && now_at_->first == then_at_->first) ++now_at_;
        const ObjectPtr& object = then_at_++->second;
        if (object) return object;
    }
    return now_at_ == now_end_ ? nullptr : now_at_++->second;
}

Page read_page(Snapshot& snapshot, const ListQuery& query) {
    Page page;
    while (const ObjectPtr object = snapshot.next()) {
        if (!query.selection.contains(*object)) continue;
        if (query.limit == 0 || page.objects.size() < query.limit) {
            page.objects.push_back(object);
            continue;
        }
        page.continue_ = place_of(page.objects.back()->key);
        if (query.selection.predicate || !query.selection.name.empty()) break;
        page.remaining = page.remaining.value_or(0) + 1;
    }
    return page;
}

}  // namespace hooklet::store
