#include "cicada/host/pki/cv_store.h"

#include <algorithm>
#include <deque>

#include "cicada/base/file.h"

namespace cicada::host::pki {

namespace fs = std::filesystem;
using asn1::CvRole;
using base::Fault;

namespace {

constexpr std::size_t kMaxKeyFile = 64UL * 1024;
/// Ways that are looked at before the search gives up: a folder of certificates that all name each other has many.
constexpr std::size_t kMaxWays = 4096;

bool usable(const asn1::CvCertificate& certificate, base::Date today) noexcept {
  if (certificate.effective > today) return false;
  return certificate.authorization.role() == CvRole::cvca || certificate.expiration >= today;
}

/// Indices of certificates, from the trust point down.
using Way = std::vector<std::size_t>;

}  // namespace

base::Result<CvStore> CvStore::load(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return base::fail({.fault = Fault::not_found, .what = "the folder of the terminal is not there"});
  }
  std::vector<fs::path> files;
  for (fs::directory_iterator it{folder, error}, end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != kCvCertificateExtension) continue;
    if (files.size() == kMaxCvCertificates) {
      return base::fail({.fault = Fault::limit, .what = "too many certificates in the folder of the terminal"});
    }
    files.push_back(it->path());
  }
  if (error) return base::fail({.fault = Fault::io, .what = "the folder of the terminal cannot be read"});
  std::ranges::sort(files);
  CvStore store;
  for (const auto& file : files) {
    const auto octets = base::read_file(file, asn1::kMaxCvCertificateSize);
    auto certificate = octets ? asn1::parse_cv_certificate(*octets) : std::unexpected(octets.error());
    if (certificate) {
      store.certificates_.push_back({.file = file, .certificate = *std::move(certificate)});
    } else {
      store.skipped_.push_back(file);
    }
  }
  if (store.certificates_.empty()) {
    return base::fail({.fault = Fault::not_found,
                       .what = "the folder of the terminal has no card-verifiable certificate",
                       .hint = "certificates are files *.cvcert; cicada pki init makes some"});
  }
  return store;
}

std::vector<CvPath> CvStore::paths(std::span<const std::string> trust_points, base::Date today) const {
  std::vector<CvPath> found;
  const auto self_signed = [](const asn1::CvCertificate& one) {
    return one.authority_reference == one.holder_reference;
  };
  const auto chain_of = [&](const Way& way) {
    std::vector<asn1::CvCertificate> chain;
    chain.reserve(way.size());
    for (const auto index : way) chain.push_back(certificates_[index].certificate);
    return chain;
  };
  for (const auto& trust_point : trust_points) {
    const auto anchor = std::ranges::find_if(certificates_, [&](const auto& stored) {
      return stored.certificate.holder_reference == trust_point &&
             stored.certificate.authorization.role() == CvRole::cvca;
    });
    std::deque<Way> ways{{}};
    for (std::size_t looked_at = 0; !ways.empty() && looked_at < kMaxWays; ++looked_at) {
      const auto way = std::move(ways.front());
      ways.pop_front();
      const auto& reference = way.empty() ? trust_point : certificates_[way.back()].certificate.holder_reference;
      for (std::size_t i = 0; i < certificates_.size(); ++i) {
        const auto& next = certificates_[i].certificate;
        if (next.authority_reference != reference || self_signed(next) || !usable(next, today)) continue;
        if (way.size() == kMaxCvChain || std::ranges::find(way, i) != way.end()) continue;
        auto longer = way;
        longer.push_back(i);
        if (next.authorization.role() != CvRole::terminal) {
          ways.push_back(std::move(longer));
          continue;
        }
        auto chain = chain_of(longer);
        if (anchor != certificates_.end() && !verify_cv_chain(anchor->certificate, chain, today)) continue;
        found.push_back({.trust_point = trust_point, .chain = std::move(chain), .file = certificates_[i].file});
      }
    }
  }
  return found;
}

base::Result<CvTerminal> CvStore::terminal(std::span<const std::string> trust_points, base::Date today) const {
  auto possible = paths(trust_points, today);
  if (possible.empty()) {
    return base::fail({.fault = Fault::not_found,
                       .what = "no valid chain leads from the keys that the card trusts to a terminal of the folder",
                       .clause = "9303-11 §7.1.3",
                       .hint = "compare EF.CVCA with the certificates: cicada pki cvc print FOLDER/*.cvcert"});
  }
  for (auto& path : possible) {
    auto key_file = path.file;
    key_file.replace_extension(".key");
    std::error_code ignored;
    if (!fs::exists(key_file, ignored)) continue;
    CICADA_TRY(auto signer, load_cv_signer(key_file, path.chain.back()));
    return CvTerminal{.path = std::move(path), .signer = std::move(signer)};
  }
  return base::fail({.fault = Fault::not_found,
                     .what = "the folder of the terminal has a chain for the card, but no key to it",
                     .hint = "the key of NAME.cvcert is NAME.key"});
}

base::Result<CvSigner> load_cv_signer(const fs::path& key_file, const asn1::CvCertificate& certificate) {
  CICADA_TRY(auto text, base::read_file(key_file, kMaxKeyFile));
  const base::SecretBytes secret{std::move(text)};
  CICADA_TRY(auto key, crypto::openssl::PrivateKey::from_pem(secret.expose()));
  CICADA_TRY(auto signer, CvSigner::create(std::move(key), certificate.public_key.algorithm));
  if (!signer.matches(certificate.public_key)) {
    return base::fail(
        {.fault = Fault::conflict, .what = "the private key does not belong to the card-verifiable certificate"});
  }
  return signer;
}

}  // namespace cicada::host::pki
