#include "cicada/host/auth/terminal.h"

#include <utility>

#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/pki/cv_chain.h"

namespace cicada::host::auth {

using access::SecureSession;
using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

constexpr auto kClause = "9303-11 §7.1.5";
constexpr std::uint8_t kManageSecurityEnvironment = 0x22;
constexpr std::uint8_t kForExternalUse = 0x81;
constexpr std::uint8_t kSignatureTemplate = 0xB6;
constexpr std::uint8_t kAuthenticationTemplate = 0xA4;
constexpr asn1::Tag kPublicKeyReference = 0x83;
constexpr std::uint32_t kChallengeSize = 8;
constexpr std::uint16_t kDefaultCvca = 0x011C;
/// Birth date and expiry date with their check digits stand behind the document number.
constexpr std::size_t kDatesOfMrzInformation = 14;
constexpr std::size_t kShortestDocumentNumber = 10;

/// One exchange that has to end with 9000.
Result<ResponseApdu> send(SecureSession& session, CommandApdu command, base::Literal refusal) {
  command.extended =
      command.data.size() > session.codec().max_command_data(iso7816::kMaxShortNc, command.ne.has_value());
  CICADA_TRY(auto response, session.transmit(command));
  if (!response.ok()) {
    return base::fail({.fault = Fault::card_status, .what = refusal, .clause = kClause, .sw = response.sw});
  }
  return response;
}

/// MSE:Set DST and MSE:Set AT: the key that the next command is about.
Result<void> set_key(SecureSession& session, std::uint8_t kind, std::string_view reference, base::Literal refusal) {
  CICADA_TRY(const auto response, send(session,
                                       {.ins = kManageSecurityEnvironment,
                                        .p1 = kForExternalUse,
                                        .p2 = kind,
                                        .data = asn1::encode_tlv(kPublicKeyReference, base::as_bytes(reference))},
                                       refusal));
  return {};
}

/// Each certificate has to be signed by the key of the one before it; the chip finds out the rest.
Result<void> check_chain(const TerminalInput& input, std::size_t& at) {
  if (input.chain.empty() || input.chain.size() > pki::kMaxCvChain || input.signer == nullptr) {
    return base::fail({.fault = Fault::bad_input,
                       .what = "a chain of 1 to 16 CV certificates and a signer are wanted",
                       .clause = kClause});
  }
  for (at = 1; at < input.chain.size(); ++at) {
    if (input.chain[at].authority_reference == input.chain[at - 1].holder_reference) continue;
    return base::fail({.fault = Fault::bad_input,
                       .what = "the CV certificates make no chain: each names the one before it",
                       .clause = kClause,
                       .at = at});
  }
  return {};
}

Result<void> present(SecureSession& session, const asn1::CvCertificate& certificate, TerminalEvidence& evidence) {
  evidence.holder = certificate.holder_reference;
  evidence.reached = TerminalStep::set_dst;
  CICADA_CHECK(set_key(session, kSignatureTemplate, certificate.authority_reference,
                       "the chip does not know the key that signed this certificate"));
  evidence.reached = TerminalStep::verify_certificate;
  CICADA_TRY(const auto response,
             send(session, {.ins = 0x2A, .p2 = 0xBE, .data = base::to_bytes(certificate.verify_data())},
                  "the chip refuses this certificate"));
  return {};
}

Result<Bytes> get_challenge(SecureSession& session) {
  CICADA_TRY(auto response,
             send(session, {.ins = 0x84, .ne = kChallengeSize}, "the chip gives no challenge to the terminal"));
  if (response.data.size() != kChallengeSize) {
    return base::fail({.fault = Fault::malformed,
                       .what = "the chip's challenge has not 8 octets",
                       .clause = kClause,
                       .at = response.data.size()});
  }
  return std::move(response.data);
}

Result<void> run_protocol(SecureSession& session, const TerminalInput& input, TerminalEvidence& evidence) {
  CICADA_CHECK(check_chain(input, evidence.certificate));
  const auto chain = input.chain;
  for (evidence.certificate = 0; evidence.certificate < chain.size(); ++evidence.certificate) {
    CICADA_CHECK(present(session, chain[evidence.certificate], evidence));
  }
  evidence.certificate = chain.size() - 1;
  evidence.reached = TerminalStep::set_at;
  CICADA_CHECK(set_key(session, kAuthenticationTemplate, evidence.holder,
                       "the chip does not take the terminal's key for authentication"));
  evidence.reached = TerminalStep::get_challenge;
  CICADA_TRY(const auto r_ic, get_challenge(session));
  evidence.reached = TerminalStep::sign;
  CICADA_TRY(auto signature, input.signer->sign(base::concat({input.id_ic, r_ic, input.compressed_reader_key})));
  evidence.reached = TerminalStep::external_authenticate;
  CICADA_TRY(const auto response, send(session, {.ins = 0x82, .data = std::move(signature)},
                                       "the chip does not accept the terminal's signature"));
  evidence.reached = TerminalStep::done;
  return {};
}

}  // namespace

Result<Bytes> read_ef_cvca(SecureSession& session, const std::optional<asn1::CvcaFile>& place) {
  if (place && place->short_file_id) {
    // What the signed DG14 says of the file has to be true: a chip that does not give it there is not what was signed.
    const auto where = static_cast<std::uint8_t>(0x80U | *place->short_file_id);
    CICADA_TRY(auto content, send(session, {.ins = 0xB0, .p1 = where, .ne = asn1::kEfCvcaSize},
                                  "EF.CVCA is not where TerminalAuthenticationInfo says"));
    return std::move(content.data);
  }
  const auto file = place ? place->file_id : kDefaultCvca;
  CICADA_TRY(const auto selected,
             send(session,
                  {.ins = 0xA4,
                   .p1 = 0x02,
                   .p2 = 0x0C,
                   .data = {static_cast<std::uint8_t>(file >> 8U), static_cast<std::uint8_t>(file)}},
                  "the chip has no EF.CVCA"));
  CICADA_TRY(auto content, send(session, {.ins = 0xB0, .ne = asn1::kEfCvcaSize}, "EF.CVCA cannot be read"));
  return std::move(content.data);
}

Result<std::vector<std::string>> read_trust_points(SecureSession& session, const std::optional<asn1::CvcaFile>& place) {
  CICADA_TRY(const auto content, read_ef_cvca(session, place));
  return asn1::parse_ef_cvca(content);
}

Result<Bytes> id_ic_of_bac(std::string_view mrz_information) {
  if (mrz_information.size() < kShortestDocumentNumber + kDatesOfMrzInformation) {
    return base::fail({.fault = Fault::bad_input,
                       .what = "MRZ information is document number, birth date and expiry date with check digits",
                       .clause = "9303-11 §9.7.2",
                       .at = mrz_information.size()});
  }
  return base::to_bytes(base::as_bytes(mrz_information.substr(0, mrz_information.size() - kDatesOfMrzInformation)));
}

std::string_view to_string(TerminalStep step) noexcept {
  switch (step) {
    case TerminalStep::prepare: return "preparation";
    case TerminalStep::set_dst: return "MSE:Set DST";
    case TerminalStep::verify_certificate: return "PSO:VERIFY CERTIFICATE";
    case TerminalStep::set_at: return "MSE:Set AT";
    case TerminalStep::get_challenge: return "GET CHALLENGE";
    case TerminalStep::sign: return "the terminal's signature";
    case TerminalStep::external_authenticate: return "EXTERNAL AUTHENTICATE";
    case TerminalStep::done: return "done";
  }
  return "";
}

TerminalEvidence run_terminal_authentication(SecureSession& session, const TerminalInput& input) {
  TerminalEvidence evidence;
  if (const auto outcome = run_protocol(session, input, evidence); !outcome) evidence.error = outcome.error();
  return evidence;
}

}  // namespace cicada::host::auth
