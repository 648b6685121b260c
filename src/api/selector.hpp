// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::api {

/// The only field of a node that its selectors (`matchFields`) can name.
inline constexpr std::string_view node_name_field = "metadata.name";

/// One condition on a set of labels.
struct LabelRequirement {
    enum class Operator : std::uint8_t { in, not_in, exists, does_not_exist, greater_than, less_than };

    std::string key;
    Operator op = Operator::exists;
    std::set<std::string> values{};  ///< One for greater_than and less_than, none for the two of existence.

    [[nodiscard]] bool matches(const std::map<std::string, std::string>& labels) const;
    bool operator==(const LabelRequirement&) const = default;
};
using LabelRequirements = std::vector<LabelRequirement>;

/// What an object calls it: `In`, `NotIn`, `Exists`, `DoesNotExist`, and on nodes `Gt` and `Lt`. nullopt:
/// there is none of that name.
std::optional<LabelRequirement::Operator> operator_named(std::string_view name);
/// `Exists` and `DoesNotExist`, which go without values.
bool is_existence(LabelRequirement::Operator op);
/// `Gt` and `Lt`, which go with one integer.
bool is_order(LabelRequirement::Operator op);

/// Whether all requirements hold; none is true for every object.
bool matches(const LabelRequirements& requirements, const std::map<std::string, std::string>& labels);

/// Reads the text form: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2`. Fails with Code::invalid and the text
/// of the API.
Result<LabelRequirements> parse_label_selector(std::string_view text);
/// What a LabelSelector of an object asks for; one without anything matches every object.
/// Fails with Code::invalid and the text of the API.
Result<LabelRequirements> label_requirements(const LabelSelector& selector);

/// One term of a field selector.
struct FieldRequirement {
    std::string path;
    std::string value;
    bool equal = true;  ///< false: the field must differ
    bool operator==(const FieldRequirement&) const = default;
};
using FieldRequirements = std::vector<FieldRequirement>;

/// Whether all hold; `value_of` gives the text of a field, "" when it is not set.
bool matches(const FieldRequirements& requirements,
             const std::function<std::string(std::string_view path)>& value_of);

/// Reads `metadata.name=x,spec.nodeName!=y`; `\\`, `\,` and `\=` stand for themselves in values. Which paths
/// a kind has is not looked at. Fails with Code::invalid and the text of the API.
Result<FieldRequirements> parse_field_selector(std::string_view text);

}  // namespace hooklet::api
