// Any octets as the content of a master list or a deviation list.
#include <cstddef>

#include "cicada/asn1/deviation_list.h"
#include "cicada/asn1/master_list.h"
#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  if (const auto list = parse_master_list(input)) {
    const auto written = encode_master_list(list->certificates);
    promise(written.has_value());
    const auto again = parse_master_list(*written);
    promise(again.has_value() && again->deviations.empty());
    promise(again->certificates.size() <= list->certificates.size());
  }
  if (const auto list = parse_deviation_list(input)) {
    promise(list->entries.size() <= kMaxDeviations);
    for (const auto& entry : list->entries) {
      promise(entry.documents.first_issued.has_value() == entry.documents.last_issued.has_value());
      for (const auto& description : entry.descriptions) static_cast<void>(description.data_group());
    }
  }
  return 0;
}
