// SPDX-License-Identifier: Apache-2.0
#include "store/collection.hpp"

#include "store/watch.hpp"

#include <cassert>
#include <utility>

#include <fmt/format.h>

namespace hooklet::store {

Collection::~Collection() {
    assert(watches_.empty());
}

void Collection::load(ObjectPtr object) {
    std::string place = place_of(object->key);
    objects_.insert_or_assign(std::move(place), std::move(object));
}

ObjectPtr Collection::find(const ObjectKey& key) const {
    const auto found = objects_.find(place_of(key));
    return found == objects_.end() ? nullptr : found->second;
}

Result<Page> Collection::list(const ListQuery& query, Revision revision, std::string_view after) const {
    if (!history_.covers(revision)) {
        return fail(Code::expired, "The resourceVersion for the provided list is too old.");
    }
    Objects then;
    for (const ChangePtr& change : history_.since(revision)) {
        // The first change after the revision knows what was there at it.
        then.try_emplace(place_of(change->key()), change->before);
    }
    Snapshot snapshot(objects_, std::move(then), range_of(query.selection, after));
    Page page = read_page(snapshot, query);
    page.revision = revision;
    if (!page.continue_.empty()) page.continue_ = encode({revision, std::move(page.continue_)});
    return page;
}

void Collection::publish(const ChangePtr& change) {
    std::string place = place_of(change->key());
    if (change->after) {
        objects_.insert_or_assign(std::move(place), change->after);
    } else {
        objects_.erase(place);
    }
    tell(change);
}

void Collection::tell(const ChangePtr& change) {
    history_.add(change);
    for (Watch* watch : watches_) watch->offer(*change);
}

void Collection::end_watches() {
    for (Watch* watch : std::exchange(watches_, {})) watch->end();
}

Error too_old(Revision asked, Revision complete_since) {
    return {Code::expired, fmt::format("too old resource version: {} ({})", asked, complete_since), nullptr};
}

}  // namespace hooklet::store
