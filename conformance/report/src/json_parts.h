// What record_json.cpp and json.cpp share.
#pragma once

#include <nlohmann/json.hpp>

#include "cicada/conformance/model/loader.h"
#include "cicada/conformance/model/record.h"

namespace cicada::conformance::report {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json json_of(const model::Record& record);
[[nodiscard]] model::Checked<model::Record> record_of(const Json& json);
/// A chip may send octets that are no UTF-8; a report with replacement characters is better than none.
[[nodiscard]] std::string dumped(const Json& json, int indent);

}  // namespace cicada::conformance::report
