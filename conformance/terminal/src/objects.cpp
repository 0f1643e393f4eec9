#include "objects.h"

#include "cicada/base/cursor.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Cursor;
using base::Result;

namespace {

Result<ByteView> take_value(Cursor& cursor) {
  CICADA_TRY(const auto first, cursor.take_u8());
  std::size_t size = first;
  // 80 is the indefinite form; an APDU holds no object that needs more than three octets of length.
  if (first == 0x80 || first > 0x83) return base::fail({.what = "not a length of secure messaging"});
  if (first > 0x80) {
    CICADA_TRY(size, cursor.take_unsigned(first & 0x7FU));
  }
  return cursor.take(size);
}

}  // namespace

Bytes encode(const std::vector<Object>& objects) {
  Bytes octets;
  for (const auto& [tag, value] : objects) {
    octets.push_back(tag);
    if (value.size() >= 0x100) {
      octets.push_back(0x82);
      base::append_unsigned(octets, value.size(), 2);
    } else {
      if (value.size() >= 0x80) octets.push_back(0x81);
      base::append_unsigned(octets, value.size(), 1);
    }
    base::append(octets, value);
  }
  return octets;
}

Seen take_apart(ByteView data) {
  Seen seen;
  Cursor cursor{data};
  while (!cursor.at_end() && seen.objects.size() < kMaxObjects) {
    const auto start = cursor.position();
    const auto tag = cursor.take_u8();
    const auto value = take_value(cursor);
    if (!tag || !value) {
      seen.whole = false;
      return seen;
    }
    seen.objects.push_back({.tag = *tag, .value = *value, .start = start});
  }
  seen.whole = cursor.at_end();
  return seen;
}

}  // namespace cicada::conformance::terminal
