// Any line of a journal: what is taken as a record is written as a record that is taken again, the same.
#include "cicada/conformance/report/record_json.h"

#include <cstddef>

#include "../asn1/promise.h"

using namespace cicada::conformance;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = cicada::base::as_text({data, size});
  static_cast<void>(report::records_from_report(text));
  const auto record = report::record_from_json(text);
  if (!record) return 0;
  const auto line = report::to_json_line(*record);
  promise(line.find('\n') == std::string::npos);
  const auto again = report::record_from_json(line);
  promise(again.has_value());
  promise(report::to_json_line(*again) == line);
  return 0;
}
