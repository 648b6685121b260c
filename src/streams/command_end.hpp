// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hooklet {

/// How a remote command ended, in the forms that the error channel knows (API spec 6.2).
struct CommandEnd {
    std::string status;  ///< The API's Status as JSON: protocols from version 4 on.
    std::string text;    ///< Empty for success: older protocols.
    bool known = true;   ///< The engine has said how it ended.

    static CommandEnd success();
    static CommandEnd exit_code(int code);
    /// It could not be run to its end. `why` as in `error executing command in container: ...`.
    static CommandEnd failure(std::string_view why);
    /// What an engine put into its error channel. What is no Status becomes a failure that is not known.
    static CommandEnd from_engine(std::string_view status);
};

}  // namespace hooklet
