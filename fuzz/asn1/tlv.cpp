// Any octets through the TLV reader: objects lie inside the input, one behind the other, and DER is a part of BER.
#include "cicada/asn1/tlv.h"

#include <cstddef>

#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

namespace {

void walk(ByteView bytes, Rules rules, unsigned depth) {
  TlvReader reader{bytes, rules};
  while (!reader.at_end()) {
    const auto before = reader.position();
    const auto tag = reader.peek();
    const auto object = reader.next();
    if (!object) {
      promise(reader.position() == before);
      promise(object.error().at.has_value() && *object.error().at <= bytes.size());
      return;
    }
    promise(tag == object->tag);
    promise(object->whole.data() == bytes.data() + before);
    promise(object->whole.data() + object->whole.size() == object->value.data() + object->value.size());
    promise(reader.position() == before + object->whole.size());
    const auto again = encode_tlv(object->tag, object->value);
    if (rules == Rules::der) promise(cicada::base::equal(again, object->whole));
    promise(again.size() <= object->whole.size());
    if (object->constructed() && depth < kMaxDepth) walk(object->value, rules, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  walk(input, Rules::ber, 0);
  walk(input, Rules::der, 0);
  const auto all = read_all(input, Rules::der);
  if (all) promise(read_all(input, Rules::ber).has_value());
  return 0;
}
