#include "ecdsa_signature.h"

#include "cicada/base/cursor.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Cursor;
using base::Fault;
using base::Result;

namespace {

constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::size_t kLongForm = 0x80;

/// The value of the object that comes next, which must have this tag and the shortest form of length.
/// One length octet after 81 is enough: the longest signature (P-521) has 139 octets.
Result<ByteView> take_value(Cursor& cursor, std::uint8_t tag) {
  CICADA_TRY(const auto found, cursor.take_u8());
  CICADA_TRY(std::size_t length, cursor.take_u8());
  if (length == (kLongForm | 1U)) {
    CICADA_TRY(length, cursor.take_u8());
    if (length < kLongForm) return base::fail({.fault = Fault::malformed, .what = "a length is not in DER"});
  } else if (length >= kLongForm) {
    return base::fail({.fault = Fault::malformed, .what = "a length is not in DER"});
  }
  if (found != tag) return base::fail({.fault = Fault::malformed, .what = "not an ECDSA signature"});
  return cursor.take(length);
}

/// Takes a non-negative INTEGER and appends its value in `width` octets.
Result<void> take_integer(Cursor& cursor, std::size_t width, Bytes& to) {
  CICADA_TRY(auto value, take_value(cursor, kInteger));
  if (value.empty() || (value[0] & kLongForm) != 0) {
    return base::fail({.fault = Fault::malformed, .what = "r or s is empty or negative"});
  }
  if (value[0] == 0 && value.size() > 1) {
    if ((value[1] & kLongForm) == 0) {
      return base::fail({.fault = Fault::malformed, .what = "r or s has a superfluous zero"});
    }
    value = value.subspan(1);
  }
  if (value.size() > width) return base::fail({.fault = Fault::security, .what = "r or s is not below the order"});
  to.insert(to.end(), width - value.size(), 0);
  base::append(to, value);
  return {};
}

void append_integer(Bytes& to, ByteView value) {
  while (value.size() > 1 && value[0] == 0) value = value.subspan(1);
  const bool needs_zero = (value[0] & kLongForm) != 0;
  to.push_back(kInteger);
  to.push_back(static_cast<std::uint8_t>(value.size() + (needs_zero ? 1 : 0)));
  if (needs_zero) to.push_back(0);
  base::append(to, value);
}

}  // namespace

Result<Bytes> plain_from_der(ByteView der, std::size_t width) {
  Cursor outer{der};
  CICADA_TRY(const auto content, take_value(outer, kSequence));
  Cursor inner{content};
  Bytes plain;
  plain.reserve(2 * width);
  CICADA_CHECK(take_integer(inner, width, plain));
  CICADA_CHECK(take_integer(inner, width, plain));
  if (!inner.at_end() || !outer.at_end()) {
    return base::fail({.fault = Fault::malformed, .what = "octets follow the ECDSA signature"});
  }
  return plain;
}

Bytes der_from_plain(ByteView plain) {
  const auto width = plain.size() / 2;
  Bytes integers;
  integers.reserve(plain.size() + 6);
  append_integer(integers, plain.first(width));
  append_integer(integers, plain.last(width));
  Bytes der{kSequence};
  der.reserve(integers.size() + 3);
  if (integers.size() >= kLongForm) der.push_back(kLongForm | 1U);
  der.push_back(static_cast<std::uint8_t>(integers.size()));
  base::append(der, integers);
  return der;
}

}  // namespace cicada::crypto::openssl
