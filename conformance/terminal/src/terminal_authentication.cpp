#include "cicada/conformance/terminal/terminal_authentication.h"

namespace cicada::conformance::terminal::ta {

using host::iso7816::CommandApdu;

namespace {

constexpr std::uint8_t kManageSecurityEnvironment = 0x22;
constexpr std::uint8_t kForExternalUse = 0x81;
constexpr std::uint8_t kSignatureTemplate = 0xB6;
constexpr std::uint8_t kAuthenticationTemplate = 0xA4;
/// The most plain data that a short command takes under AES, whose blocks are the longer ones: DO'87' with 224 octets
/// of cryptogram, DO'8E', and nothing else.
constexpr std::size_t kMostShortData = 223;

CommandApdu with_data(CommandApdu command, base::Bytes data) {
  command.extended = data.size() > kMostShortData;
  command.data = std::move(data);
  return command;
}

CommandApdu set_key(std::uint8_t kind, std::string_view reference, asn1::Tag tag) {
  return {.ins = kManageSecurityEnvironment,
          .p1 = kForExternalUse,
          .p2 = kind,
          .data = asn1::encode_tlv(tag, base::as_bytes(reference))};
}

}  // namespace

CommandApdu set_dst(std::string_view reference) {
  return set_key(kSignatureTemplate, reference, kReference);
}

CommandApdu verify_certificate(base::Bytes certificate) {
  return with_data({.ins = 0x2A, .p2 = 0xBE}, std::move(certificate));
}

CommandApdu set_at(std::string_view reference, asn1::Tag tag) {
  return set_key(kAuthenticationTemplate, reference, tag);
}

CommandApdu get_challenge(std::uint32_t size) {
  return {.ins = 0x84, .ne = size};
}

CommandApdu external_authenticate(base::Bytes signature) {
  return with_data({.ins = 0x82}, std::move(signature));
}

base::Bytes signed_octets(const Binding& binding, base::ByteView challenge) {
  return base::concat({binding.chip, challenge, binding.terminal});
}

}  // namespace cicada::conformance::terminal::ta
