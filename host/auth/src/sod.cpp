#include "sod.h"

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/pki/cms_signature.h"

namespace cicada::host::auth {

namespace {

using base::ByteView;
using base::fail;
using base::Fault;

constexpr std::uint8_t kFrame = 0x77;
constexpr std::uint8_t kIndefinite = 0x80;

bool is_indefinite(ByteView object) {
  return object.size() >= 2 && object[1] == kIndefinite;
}

/// The message within the frame. What is around it is a deviation.
base::Result<ByteView> unframe(ByteView file, std::vector<std::string>& deviations) {
  if (file.empty() || (file[0] != kFrame && file[0] != asn1::tags::kSequence)) {
    return fail({.fault = Fault::malformed, .what = "EF.SOD does not begin with tag 77", .clause = "9303-10 §4.6.2"});
  }
  CICADA_TRY(const auto whole, asn1::object_size(file));
  if (whole != file.size()) deviations.emplace_back(deviation::kOctetsAfterSod);
  if (file[0] != kFrame) {
    deviations.emplace_back(deviation::kSodWithoutFrame);
    return file.first(whole);
  }
  ByteView inside;
  if (is_indefinite(file)) {
    inside = file.subspan(2, whole - 4);  // tag and length octet before, two octets of end mark behind
    deviations.emplace_back(pki::deviation::kIndefiniteLength);
  } else {
    CICADA_TRY(const auto frame, asn1::read_header(file));
    inside = file.subspan(frame.header_size, frame.content_size);
    if (!asn1::read_header(file, asn1::Rules::der)) deviations.emplace_back(deviation::kOverlongLength);
  }
  CICADA_TRY(const auto message, asn1::object_size(inside));
  if (message != inside.size() && whole == file.size()) deviations.emplace_back(deviation::kOctetsAfterSod);
  return inside.first(message);
}

}  // namespace

base::Result<Sod> parse_sod(ByteView ef_sod) {
  Sod sod;
  sod.content_type = asn1::oids::kLdsSecurityObject;
  CICADA_TRY(const auto cms, unframe(ef_sod, sod.deviations));
  CICADA_TRY(sod.message, asn1::parse_signed_data(cms));
  sod.certificates = pki::read_certificates(sod.message);
  if (sod.message.content) sod.list = asn1::parse_lds_security_object(*sod.message.content);
  return sod;
}

std::shared_ptr<const ParsedSod> take_apart_sod(ByteView ef_sod) {
  return std::make_shared<const ParsedSod>(parse_sod(ef_sod));
}

std::shared_ptr<const ParsedSod> sod_of(const PassiveInput& input) {
  return input.parsed_sod ? input.parsed_sod : take_apart_sod(input.ef_sod);
}

base::Result<Sod> parse_card_security(ByteView ef_card_security) {
  Sod sod{.file = "EF.CardSecurity",
          .content_type = asn1::oids::kSecurityObject,
          .content = "the security information of a card",
          .message = {},
          .certificates = {},
          .deviations = {}};
  CICADA_TRY(sod.message, asn1::parse_signed_data(ef_card_security));
  sod.certificates = pki::read_certificates(sod.message);
  return sod;
}

}  // namespace cicada::host::auth
