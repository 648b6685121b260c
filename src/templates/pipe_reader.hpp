// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "templates/syntax.hpp"
#include "templates/token_reader.hpp"

#include <memory>
#include <string_view>

namespace hooklet::templates {

/// Reads a pipeline up to and with the token `end`; the variables that it declares are known afterwards.
/// `context` is what messages call it. Code::invalid, see TokenReader.
Result<std::shared_ptr<const Pipe>> read_pipe(TokenReader& tokens, std::string_view context, Token::Kind end);

}  // namespace hooklet::templates
