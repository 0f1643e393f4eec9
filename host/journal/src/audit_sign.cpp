// The audit log going out: its lines, the ends of its chains, its signature.
#include <fmt/format.h>

#include <charconv>

#include "chain.h"
#include "cicada/base/hex.h"
#include "cicada/host/journal/audit.h"

namespace cicada::host::journal {

using nlohmann::json;

base::Result<std::string> to_line(const AuditRecord& record) {
  json line = json::parse(record.json, nullptr, false);
  if (!line.is_object() || line.dump() != record.json) {
    return base::fail({.fault = base::Fault::malformed, .what = "a record of the audit log is not in its one form"});
  }
  line["hash"] = base::to_hex(record.hash);
  return line.dump();
}

base::Result<AuditRecord> sign_close(Journal& journal, std::string_view batch, const Actor& actor,
                                     const crypto::openssl::PrivateKey& key) {
  const auto* signer = key.ec();
  if (signer == nullptr || signer->curve() != crypto::openssl::Curve::p256) {
    return base::fail({.fault = base::Fault::bad_input, .what = "the audit log is signed with a P-256 key"});
  }
  const auto own = signer->public_point();
  CICADA_CHECK(journal.check_audit_key(own));
  CICADA_TRY(AuditRecord closed, journal.close_batch(batch, actor));
  // The first closing names the key; another process may have named one in between.
  CICADA_CHECK(journal.set_audit_key({.to = own, .signature = {}}, actor));
  CICADA_TRY(const auto signature, signer->sign_der(closed.hash));
  CICADA_CHECK(journal.add_signature(closed, signature, actor));
  return closed;
}

base::Result<void> change_audit_key(Journal& journal, const crypto::openssl::EcPrivateKey& old_key,
                                    base::ByteView fresh, std::string_view reason, const Actor& actor) {
  CICADA_TRY(const auto now, journal.audit_key());
  // Nobody wrote the old one down, but the newest closing tells whether it is that.
  if (now.empty()) CICADA_CHECK(journal.set_audit_key({.to = old_key.public_point(), .signature = {}}, actor));
  CICADA_TRY(const auto digest, audit_key_digest(old_key.public_point(), fresh));
  CICADA_TRY(auto signature, old_key.sign_der(digest));
  return journal.set_audit_key(
      {.to = base::to_bytes(fresh), .signature = std::move(signature), .reason = std::string{reason}}, actor);
}

std::string to_text(const std::string& chain, const AuditHead& head) {
  return fmt::format("{}:{}:{}", chain, head.sequence, base::to_hex(head.hash));
}

base::Result<std::pair<std::string, AuditHead>> parse_head(std::string_view text) {
  const auto bad = base::fail({.fault = base::Fault::bad_input,
                               .what = "not the head of a chain",
                               .hint = "CHAIN:SEQUENCE:HASH, as audit export prints it"});
  const auto second = text.rfind(':');
  const auto first = second == std::string_view::npos ? second : text.substr(0, second).rfind(':');
  if (first == std::string_view::npos || first == 0) return bad;
  const auto number = text.substr(first + 1, second - first - 1);
  AuditHead head;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), head.sequence);
  const auto hash = base::from_hex(text.substr(second + 1));
  if (error != std::errc{} || end != number.data() + number.size() || head.sequence == 0 || !hash ||
      hash->size() != head.hash.size()) {
    return bad;
  }
  head.hash = to_digest(*hash);
  return std::pair{std::string{text.substr(0, first)}, head};
}

base::Result<AuditHeads> audit_heads(Journal& journal) {
  AuditHeads heads;
  CICADA_CHECK(journal.audit([&](const AuditRecord& record) { heads[record.chain] = {record.sequence, record.hash}; }));
  return heads;
}

}  // namespace cicada::host::journal
