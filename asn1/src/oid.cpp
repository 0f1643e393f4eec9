#include "cicada/asn1/oid.h"

#include <algorithm>

#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

using base::fail;
using base::Fault;
using base::Result;

Result<Oid> Oid::from_dotted(std::string_view dotted) {
  Oid oid;
  if (!oid.assign(dotted)) {
    return fail({.fault = Fault::bad_input,
                 .what = "not an object identifier in dotted form",
                 .hint = "write it like 1.2.840.10045.2.1"});
  }
  return oid;
}

Result<Oid> Oid::from_content(base::ByteView content) {
  if (content.empty() || (content.back() & 0x80U) != 0) {
    return fail({.fault = Fault::malformed, .what = "object identifier ends within an arc", .clause = "X.690 §8.19"});
  }
  if (content.size() > kMaxSize) return fail({.fault = Fault::limit, .what = "object identifier is too long"});
  bool starts_arc = true;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (starts_arc && content[i] == 0x80) {
      return fail({.fault = Fault::malformed,
                   .what = "object identifier with leading zeros in an arc",
                   .clause = "X.690 §8.19.2",
                   .at = i});
    }
    starts_arc = (content[i] & 0x80U) == 0;
  }
  Oid oid;
  std::ranges::copy(content, oid.octets_.begin());
  oid.size_ = static_cast<std::uint8_t>(content.size());
  return oid;
}

namespace {

/// An arc of any size as decimal digits, lowest first.
class DecimalArc {
 public:
  void append_group(unsigned seven_bits) {
    unsigned carry = seven_bits;
    for (auto& digit : digits_) {
      const unsigned value = static_cast<unsigned>(digit) * 128 + carry;
      digit = static_cast<std::uint8_t>(value % 10);
      carry = value / 10;
    }
    for (; carry != 0; carry /= 10) digits_.push_back(static_cast<std::uint8_t>(carry % 10));
  }
  [[nodiscard]] bool less_than(unsigned limit) const { return digits_.size() <= 2 && small() < limit; }
  [[nodiscard]] unsigned small() const {
    unsigned value = 0;
    for (std::size_t i = digits_.size(); i-- > 0;) value = value * 10 + digits_[i];
    return value;
  }
  /// Only for numbers that are not smaller than `amount`.
  void subtract(unsigned amount) {
    for (auto& digit : digits_) {
      const unsigned low = amount % 10;
      amount /= 10;
      if (digit < low) {
        digit = static_cast<std::uint8_t>(digit + 10 - low);
        ++amount;
      } else {
        digit = static_cast<std::uint8_t>(digit - low);
      }
    }
    while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
  }
  void append_to(std::string& text) const {
    if (digits_.empty()) text += '0';
    for (std::size_t i = digits_.size(); i-- > 0;) text += static_cast<char>('0' + digits_[i]);
  }

 private:
  base::Bytes digits_;
};

}  // namespace

std::string Oid::to_dotted() const {
  std::string text;
  DecimalArc arc;
  for (const auto octet : content()) {
    arc.append_group(octet & 0x7FU);
    if ((octet & 0x80U) != 0) continue;
    if (text.empty()) {
      // The first two arcs share one number: 40 * first + second (X.690 §8.19.4).
      const unsigned first = arc.less_than(40) ? 0 : arc.less_than(80) ? 1 : 2;
      text += static_cast<char>('0' + first);
      arc.subtract(first * 40);
    }
    text += '.';
    arc.append_to(text);
    arc = {};
  }
  return text;
}

base::Bytes Oid::der() const {
  return encode_tlv(0x06, content());
}

bool Oid::is_under(const Oid& arc) const noexcept {
  return !arc.empty() && size_ >= arc.size_ && base::equal(content().first(arc.size_), arc.content());
}

}  // namespace cicada::asn1
