#include "terminals.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cicada/base/file.h"
#include "cicada/host/pki/cv_issue.h"
#include "cicada/tools/lower_tester/country.h"

namespace cicada::tools::lower_tester {

namespace pki = host::pki;
using asn1::CvCertificate;
using asn1::CvRole;
using base::Result;
using crypto::openssl::PrivateKey;

namespace {

constexpr std::array<std::string_view, 11> kWords = {
    "",        "no-dg3",      "no-dg4",   "no-dg3-dg4", "wrong-dv-signature", "wrong-is-signature",
    "expired", "no-verifier", "one-link", "two-links",  "needless-link"};

// 9303-12 §7.2.1: the longest that is allowed.
constexpr std::chrono::days kCvcaLife{3 * 365};
constexpr std::chrono::days kDvLife{89};
constexpr std::chrono::days kIsLife{30};
/// How long ago the certificates of an expired terminal began, which is longer than they live.
constexpr std::chrono::days kLongAgo{200};

/// A certificate and the key that it carries.
struct Bearer {
  CvCertificate certificate;
  PrivateKey key;
  pki::CvSigner signer;
};

struct Terms {
  std::string name;
  CvRole role;
  bool dg3 = true, dg4 = true;
  base::Instant from;
  std::chrono::days life;
};

pki::CvTerms terms_of(const Terms& terms) {
  return {.holder_reference = terms.name,
          .authorization = asn1::inspection_system(terms.role, terms.dg3, terms.dg4),
          .effective = base::date_of(terms.from),
          .expiration = base::date_of(terms.from + terms.life)};
}

Result<Bearer> issue(const Terms& terms, const TerminalPlan& plan, const Bearer* authority) {
  CICADA_TRY(auto key, make_terminal_key(plan));
  CICADA_TRY(auto signer, terminal_signer(key, plan));
  if (authority == nullptr) {
    CICADA_TRY(auto certificate, pki::issue_self_signed(terms_of(terms), signer));
    return Bearer{.certificate = std::move(certificate), .key = std::move(key), .signer = std::move(signer)};
  }
  CICADA_TRY(auto certificate, pki::issue_cv_certificate(terms_of(terms), signer.public_key(true),
                                                         authority->certificate, authority->signer));
  return Bearer{.certificate = std::move(certificate), .key = std::move(key), .signer = std::move(signer)};
}

/// The same certificate with one bit of its signature changed.
Result<CvCertificate> spoiled(const CvCertificate& certificate) {
  auto octets = certificate.der;
  octets.back() ^= 1U;
  return asn1::parse_cv_certificate(octets);
}

int links_of(std::string_view word) {
  if (word == "two-links") return 2;
  return word == "one-link" || word == "needless-link" ? 1 : 0;
}

}  // namespace

bool is_terminal(std::string_view word) noexcept {
  return std::ranges::find(kWords, word) != kWords.end();
}

Result<TerminalSet> make_terminal(std::string_view word, const TerminalPlan& plan, const base::Clock& clock) {
  const auto now = clock.now();
  const auto from = word == "expired" ? now - kLongAgo : now;
  std::vector<Bearer> roots;
  CICADA_TRY(auto first,
             issue({.name = "VNTESTCVCA00001", .role = CvRole::cvca, .from = from, .life = kCvcaLife}, plan, nullptr));
  roots.push_back(std::move(first));
  for (int i = 0; i < links_of(word); ++i) {
    const auto name = "VNTESTCVCA0000" + std::to_string(i + 2);
    CICADA_TRY(auto link,
               issue({.name = name, .role = CvRole::cvca, .from = from, .life = kCvcaLife}, plan, &roots.back()));
    roots.push_back(std::move(link));
  }
  CICADA_TRY(auto dv, issue({.name = "VNTESTDV00001", .role = CvRole::dv_domestic, .from = from, .life = kDvLife}, plan,
                            &roots.back()));
  const bool dg3 = word != "no-dg3" && word != "no-dg3-dg4";
  const bool dg4 = word != "no-dg4" && word != "no-dg3-dg4";
  CICADA_TRY(
      auto is,
      issue({.name = "VNTESTIS00001", .role = CvRole::terminal, .dg3 = dg3, .dg4 = dg4, .from = from, .life = kIsLife},
            plan, &dv));
  if (word == "wrong-dv-signature") {
    CICADA_TRY(dv.certificate, spoiled(dv.certificate));
  }
  if (word == "wrong-is-signature") {
    CICADA_TRY(is.certificate, spoiled(is.certificate));
  }
  TerminalSet set{.trusted = {roots.front().certificate}, .certificates = {}, .key = std::move(is.key)};
  // A chip that has been brought up to date knows the new root, and the old one beside it.
  if (word == "needless-link") set.trusted = {roots.back().certificate, roots.front().certificate};
  for (std::size_t i = 0; i < roots.size(); ++i)
    set.certificates.emplace_back("cvca" + std::to_string(i + 1), roots[i].certificate);
  if (word != "no-verifier") set.certificates.emplace_back("dv", dv.certificate);
  set.certificates.emplace_back("is", is.certificate);
  return set;
}

Result<void> save(const TerminalSet& set, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be made"});
  for (const auto& [name, certificate] : set.certificates) {
    CICADA_CHECK(base::write_file(folder / (name + ".cvcert"), certificate.der, 0600));
  }
  CICADA_TRY(const auto pem, set.key.to_pem());
  return base::write_file(folder / "is.key", pem.expose(), 0600);
}

}  // namespace cicada::tools::lower_tester
