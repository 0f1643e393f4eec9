#include "neglect.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "cicada/applet_sim/protocol/ta/terminal.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/crypto/mbedtls/rsa.h"

namespace cicada::applet_sim::protocol::ta {
namespace {

using base::Bytes;
using base::ByteView;
using base::Result;
using security::Lapse;
using security::Lapses;
using tlv::Tag;

constexpr Tag kBody = 0x7F4E;
constexpr Tag kSignature = 0x5F37;
constexpr Tag kPublicKey = 0x7F49;
constexpr Tag kAuthorization = 0x7F4C;
constexpr Tag kEffective = 0x5F25;
constexpr Tag kExpiration = 0x5F24;
constexpr Tag kOid = 0x06;
constexpr Tag kFirst = 0x81;   // modulus, or prime
constexpr Tag kSecond = 0x82;  // exponent
constexpr Tag kPoint = 0x86;
constexpr std::array<std::uint8_t, 9> kIdIs = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02, 0x01};

struct Item {
  Tag tag = 0;
  Bytes value;
  ByteView raw;
};
using Items = std::vector<Item>;

/// One object, whose length may be more than there is when that does not matter.
Result<Item> take(ByteView& rest, bool any_length) {
  tlv::Reader reader{rest};
  if (auto object = reader.next()) {
    rest = rest.subspan(object->raw.size());
    return Item{.tag = object->tag, .value = base::to_bytes(object->value), .raw = object->raw};
  }
  if (!any_length) return base::fail({.fault = base::Fault::malformed, .what = "no object"});
  const auto tag = reader.peek();
  constexpr std::size_t kTag = 2;
  constexpr std::uint8_t kLongForm = 0x80;
  if (rest.size() < kTag + 1) return base::fail({.fault = base::Fault::malformed, .what = "no object"});
  const auto first = rest[kTag];
  const auto header = kTag + 1 + (first < kLongForm ? 0U : first & 0x7FU);
  if (rest.size() < header) return base::fail({.fault = base::Fault::malformed, .what = "no object"});
  const auto raw = std::exchange(rest, {});
  return Item{.tag = tag, .value = base::to_bytes(raw.subspan(header)), .raw = raw};
}

Result<Items> take_all(ByteView octets, bool any_length = false) {
  constexpr std::size_t kMostItems = 32;
  Items items;
  while (!octets.empty() && items.size() < kMostItems) {
    CICADA_TRY(items.emplace_back(), take(octets, any_length));
  }
  return items;
}

Bytes joined(const Items& items) {
  Bytes octets;
  for (const auto& item : items) tlv::append(octets, item.tag, item.value);
  return octets;
}

Items::iterator find(Items& items, Tag tag) {
  return std::ranges::find(items, tag, &Item::tag);
}

Bytes oid_of(Scheme scheme) {
  constexpr unsigned kHalf = 4;
  const auto number = static_cast<unsigned>(scheme);
  return {0x04,
          0x00,
          0x7F,
          0x00,
          0x07,
          0x02,
          0x02,
          0x02,
          static_cast<std::uint8_t>(number >> kHalf),
          static_cast<std::uint8_t>(number & 0x0FU)};
}

void add_missing(Items& key, Tag tag, const Bytes& value, bool in_front) {
  if (find(key, tag) != key.end()) return;
  key.insert(in_front ? key.begin() : key.end(), Item{.tag = tag, .value = value, .raw = {}});
}

void mend_key(Items& key, Lapses lapses, const PublicKey& issuer) {
  const auto scheme = oid_of(issuer.scheme);
  if (lapses.has(Lapse::key_scheme)) {
    add_missing(key, kOid, scheme, true);
    find(key, kOid)->value = scheme;
  }
  if (!lapses.has(Lapse::key_objects)) return;
  std::erase_if(key, [](const Item& item) { return item.tag != kOid && (item.tag < kFirst || item.tag > 0x87); });
  if (const auto* ec = std::get_if<EcKey>(&issuer.key)) {
    add_missing(key, kPoint, ec->point, false);
    return;
  }
  const auto& rsa = std::get<RsaKey>(issuer.key);
  add_missing(key, kSecond, rsa.exponent, false);
  if (find(key, kFirst) == key.end())
    key.insert(find(key, kSecond), Item{.tag = kFirst, .value = rsa.modulus, .raw = {}});
}

void mend_day(Items& body, Tag tag, Lapses lapses, const Date& otherwise) {
  using namespace std::chrono;
  auto day = find(body, tag);
  if (day == body.end()) {
    if (!lapses.has(Lapse::missing_days)) return;
    const auto before = tag == kEffective ? find(body, kExpiration) : body.end();
    body.insert(before, Item{.tag = tag, .value = Bytes(otherwise.begin(), otherwise.end()), .raw = {}});
    return;
  }
  auto& digits = day->value;
  if (digits.size() != sizeof(Date)) return;
  if (lapses.has(Lapse::digits)) {
    for (auto& digit : digits) digit = std::min<std::uint8_t>(digit, 9);
  }
  if (!lapses.has(Lapse::calendar) && !lapses.has(Lapse::digits)) return;
  const auto two = [&](std::size_t at) { return static_cast<unsigned>(digits[at] * 10 + digits[at + 1]); };
  if ((year{2000 + static_cast<int>(two(0))} / month{two(2)} / std::chrono::day{two(4)}).ok()) return;
  // 28 December: about as late as what was meant.
  const Bytes last = {digits[0], digits[1], digits[2] > 1 ? std::uint8_t{1} : digits[2], digits[3], 2, 8};
  digits = last;
}

Result<void> mend_body(Items& body, Lapses lapses, const PublicKey& issuer) {
  constexpr std::uint8_t kEverything = 0x83;
  constexpr Date kFirstDay = {0, 0, 0, 1, 0, 1};
  constexpr Date kLastDay = {9, 9, 1, 2, 3, 1};
  if (auto key = find(body, kPublicKey); key != body.end()) {
    CICADA_TRY(auto objects, take_all(key->value));
    mend_key(objects, lapses, issuer);
    key->value = joined(objects);
  }
  Bytes everything;
  tlv::append(everything, kOid, kIdIs);
  base::append(everything, Bytes{0x53, 0x01, kEverything});
  const auto authorization = find(body, kAuthorization);
  if (authorization == body.end() && lapses.has(Lapse::missing_authorization)) {
    body.insert(find(body, kEffective), Item{.tag = kAuthorization, .value = everything, .raw = {}});
  } else if (authorization != body.end() && lapses.has(Lapse::terminal_type)) {
    CICADA_TRY(auto objects, take_all(authorization->value));
    if (auto type = find(objects, kOid); type != objects.end()) type->value = Bytes(kIdIs.begin(), kIdIs.end());
    authorization->value = joined(objects);
  }
  mend_day(body, kExpiration, lapses, kLastDay);
  mend_day(body, kEffective, lapses, kFirstDay);
  return {};
}

/// The body's own objects say where it ends when its length is one too much.
void mend_lengths(Bytes& data) {
  constexpr std::size_t kTag = 2;
  ByteView rest = data;
  const auto outer = take(rest, true);
  if (!outer || outer->tag != kBody || outer->raw.size() == data.size() || data.size() < kTag + 2) return;
  if (rest.size() > 1 && rest[0] == (kSignature & 0xFFU)) {
    const auto length_at = outer->raw.size() - outer->value.size() - 1;
    --data[length_at];
  }
}

}  // namespace

Result<Certificate> read_with_lapses(ByteView data, Lapses lapses, const PublicKey& issuer) {
  auto sent = base::to_bytes(data);
  const bool any_length = lapses.has(Lapse::lengths);
  if (any_length) mend_lengths(sent);
  CICADA_TRY(auto outer, take_all(sent, any_length));
  const bool is_unsigned = outer.size() == 1 && lapses.has(Lapse::missing_signature);
  if (is_unsigned) outer.push_back({.tag = kSignature, .value = {0}, .raw = {}});
  if (outer.size() == 2 && lapses.has(Lapse::tags)) {
    outer[0].tag = kBody;
    outer[1].tag = kSignature;
  }
  const auto original = outer.empty() ? Bytes{} : base::to_bytes(outer[0].raw);
  if (!outer.empty() && outer[0].tag == kBody) {
    CICADA_TRY(auto body, take_all(outer[0].value));
    CICADA_CHECK(mend_body(body, lapses, issuer));
    outer[0].value = joined(body);
  }
  CICADA_TRY(auto certificate, read_certificate(joined(outer)));
  certificate.body = original;
  if (is_unsigned) certificate.signature.clear();
  return certificate;
}

namespace {

bool is_zero(ByteView octets) {
  return std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
}

/// signature - n, where that is not negative.
std::optional<Bytes> reduced(ByteView signature, ByteView modulus) {
  if (signature.size() != modulus.size() || std::ranges::lexicographical_compare(signature, modulus)) {
    return std::nullopt;
  }
  Bytes rest(signature.size());
  int borrow = 0;
  for (std::size_t i = rest.size(); i-- > 0;) {
    const auto octet = static_cast<int>(signature[i]) - modulus[i] - borrow;
    rest[i] = static_cast<std::uint8_t>(octet);
    borrow = octet < 0 ? 1 : 0;
  }
  return rest;
}

}  // namespace

Result<void> verify_with_lapses(const PublicKey& key, const Certificate& certificate, Lapses lapses) {
  const auto signature = ByteView{certificate.signature};
  if (lapses.has(Lapse::signature) || (signature.empty() && lapses.has(Lapse::missing_signature))) return {};
  const auto half = signature.size() / 2;
  if (lapses.has(Lapse::zero_signature) && (is_zero(signature.first(half)) || is_zero(signature.subspan(half)))) {
    return {};
  }
  const auto* const rsa = std::get_if<RsaKey>(&key.key);
  if (rsa != nullptr && lapses.has(Lapse::large_signature)) {
    if (const auto low = reduced(signature, rsa->modulus)) return verify(key, certificate.body, *low);
  }
  return verify(key, certificate.body, signature);
}

std::optional<Date> first_day_at_a_glance(ByteView data) {
  constexpr std::array<std::uint8_t, 3> kHeader = {0x5F, 0x25, sizeof(Date)};
  const auto found = std::ranges::search(data, kHeader);
  if (found.empty() || static_cast<std::size_t>(data.end() - found.end()) < sizeof(Date)) return std::nullopt;
  Date day{};
  std::copy_n(found.end(), sizeof(Date), day.begin());
  return day;
}

}  // namespace cicada::applet_sim::protocol::ta
