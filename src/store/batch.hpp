// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/history.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::store {

/// What must hold for an object to be removed. Empty members ask nothing.
struct Preconditions {
    std::string uid;
    std::string resource_version;
};

/// Code::conflict, with the API's text, when the object is not as they ask.
Status check(const Preconditions& preconditions, const Object& object);

/// What somebody wants to be done to one object.
struct Mutation {
    enum class Verb { create, update, remove };
    Verb verb = Verb::create;
    ObjectKey key;
    /// remove: the content that the object ends with, if it is not the stored one.
    std::optional<api::Node> content;
    Preconditions preconditions;  ///< remove only.
};

/// Mutations that go to disk together. Each sees what those before it come to.
class Batch {
  public:
    /// `stored` gives what is on disk (nullptr: nothing), `last` is its revision.
    using Find = std::function<ObjectPtr(const ObjectKey&)>;
    Batch(Revision last, Find stored, FieldsOf fields_of)
        : last_(last), stored_(std::move(stored)), fields_of_(std::move(fields_of)) {}

    /// Decides about one mutation. The answer is true once the changes are on disk.
    [[nodiscard]] Result<ObjectPtr> plan(Mutation mutation);

    [[nodiscard]] const std::vector<ChangePtr>& changes() const { return changes_; }

  private:
    [[nodiscard]] ObjectPtr find(const ObjectKey& key) const;
    Result<ObjectPtr> create(Mutation mutation, const ObjectPtr& before);
    Result<ObjectPtr> update(Mutation mutation, const ObjectPtr& before);
    Result<ObjectPtr> remove(Mutation mutation, const ObjectPtr& before);
    void add(ObjectPtr before, ObjectPtr after, ObjectPtr gone = nullptr);

    Revision last_;
    Find stored_;
    FieldsOf fields_of_;
    std::vector<ChangePtr> changes_;
    std::map<ObjectKey, ObjectPtr> planned_;  ///< nullptr: removed.
};

/// Code::not_found with the API's text: `pods "x" not found`.
Error not_found(const ObjectKey& key);

}  // namespace hooklet::store
