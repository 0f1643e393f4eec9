#include "cicada/host/issuance/sealed_job.h"

#include <algorithm>
#include <array>

#include "cicada/base/rng.h"
#include "cicada/crypto/openssl/gcm.h"
#include "job_encoding.h"
#include "job_keys.h"

namespace cicada::host::issuance {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
namespace ossl = crypto::openssl;

namespace {

/// "CJ" and the form's number: begins every sealed job. The run, the nonce, the ciphertext and the tag follow.
constexpr std::array<std::uint8_t, 3> kMark = {'C', 'J', 3};
constexpr std::size_t kNonceAt = kMark.size() + std::tuple_size_v<SealRun>;
constexpr std::size_t kHeaderSize = kNonceAt + ossl::kGcmNonceSize;
constexpr std::size_t kOverhead = kHeaderSize + ossl::kGcmTagSize;

/// What is authenticated beside the job: the mark, the run, the version, the dossier's id.
Bytes associated(std::string_view dossier, std::uint32_t version, ByteView run) {
  const std::array<std::uint8_t, 4> number = {
      static_cast<std::uint8_t>(version >> 24U), static_cast<std::uint8_t>(version >> 16U),
      static_cast<std::uint8_t>(version >> 8U), static_cast<std::uint8_t>(version)};
  return base::concat({kMark, run, number, base::as_bytes(dossier)});
}

Result<std::size_t> text_size(std::string_view text) {
  if (text.size() > kMaxJobText) return fail({.fault = Fault::limit, .what = "a text of the job is too long"});
  return 2 + text.size();
}

/// Octets of the encoded job. Fails with limit: what could not be read again is not written.
Result<std::size_t> encoded_size(const CardJob& job) {
  if (job.files.size() > kMaxJobFiles || job.mrz.size() > kMaxMrzLines) {
    return fail({.fault = Fault::limit, .what = "the job has too many files or lines"});
  }
  std::size_t size = 2 + keys_size(job.keys.get());
  for (const std::string_view text : {std::string_view{job.number}, std::string_view{job.name},
                                      std::string_view{job.mrz_information}, std::string_view{job.can}}) {
    CICADA_TRY(const auto octets, text_size(text));
    size += octets;
  }
  for (const auto& line : job.mrz) {
    CICADA_TRY(const auto octets, text_size(line));
    size += octets;
  }
  for (const auto& [ef, content] : job.files) {
    if (content.size() > kMaxJobFile) return fail({.fault = Fault::limit, .what = "a file of the job is too long"});
    size += kFileHeaderSize + content.size();
  }
  if (size + kOverhead > kMaxSealedJob) return fail({.fault = Fault::limit, .what = "the job is too large to seal"});
  return size;
}

void append_job(Bytes& to, const CardJob& job) {
  append_text(to, job.number);
  append_text(to, job.name);
  append_text(to, job.mrz_information);
  append_text(to, job.can);
  to.push_back(static_cast<std::uint8_t>(job.mrz.size()));
  for (const auto& line : job.mrz) append_text(to, line);
  to.push_back(static_cast<std::uint8_t>(job.files.size()));
  for (const auto& [ef, content] : job.files) append_file(to, ef, content);
  append_keys(to, job.keys.get());
}

Result<void> take_mrz(base::Cursor& from, CardJob& job) {
  CICADA_TRY(const auto lines, from.take_u8());
  if (lines > kMaxMrzLines) return fail({.fault = Fault::limit, .what = "the job has too many lines"});
  for (std::size_t i = 0; i < lines; ++i) {
    CICADA_TRY(const auto line, take_text(from));
    job.mrz.emplace_back(line);
  }
  return {};
}

Result<CardJob> parse_job(ByteView octets) {
  base::Cursor cursor{octets};
  CardJob job;
  CICADA_TRY(job.number, take_text(cursor));
  CICADA_TRY(job.name, take_text(cursor));
  CICADA_TRY(job.mrz_information, take_text(cursor));
  CICADA_TRY(job.can, take_text(cursor));
  CICADA_CHECK(take_mrz(cursor, job));
  CICADA_TRY(const auto files, cursor.take_u8());
  if (files > kMaxJobFiles) return fail({.fault = Fault::limit, .what = "the job has too many files"});
  for (std::size_t i = 0; i < files; ++i) {
    CICADA_TRY(const auto file, take_file(cursor));
    if (!job.files.emplace(file.ef, base::to_bytes(file.content)).second) {
      return fail({.what = "the job has a file twice"});
    }
  }
  CICADA_TRY(job.keys, take_keys(cursor));
  if (!cursor.at_end()) return fail({.what = "octets follow the job", .at = cursor.position()});
  return job;
}

Result<void> check_form(ByteView sealed) {
  if (sealed.size() > kMaxSealedJob) return fail({.fault = Fault::limit, .what = "the sealed job is too large"});
  if (sealed.size() < kOverhead || !base::equal(sealed.first(kMark.size()), kMark)) {
    return fail({.what = "this is not a sealed job"});
  }
  return {};
}

}  // namespace

Result<Bytes> seal(const CardJob& job, std::string_view dossier, std::uint32_t version, const SealKey& with) {
  CICADA_TRY(const auto size, encoded_size(job));
  Bytes sealed(kHeaderSize);
  sealed.reserve(kOverhead + size);
  std::ranges::copy(kMark, sealed.begin());
  std::ranges::copy(with.run, sealed.begin() + kMark.size());
  // Random and not counted: a dossier that is prepared again after a crash is sealed again under the same key.
  const auto nonce = base::MutableByteView{sealed}.subspan(kNonceAt);
  base::SystemRng rng;
  CICADA_CHECK(rng.fill(nonce));
  append_job(sealed, job);
  sealed.resize(kOverhead + size);
  const base::MutableByteView all{sealed};
  if (auto encrypted = ossl::encrypt_gcm(with.key.expose(), all.subspan(kNonceAt, ossl::kGcmNonceSize),
                                         associated(dossier, version, with.run), all.subspan(kHeaderSize, size),
                                         all.last(ossl::kGcmTagSize));
      !encrypted) {
    base::wipe(sealed);
    return std::unexpected(encrypted.error());
  }
  return sealed;
}

Result<SealRun> run_of(ByteView sealed) {
  CICADA_CHECK(check_form(sealed));
  SealRun run{};
  std::ranges::copy(sealed.subspan(kMark.size(), run.size()), run.begin());
  return run;
}

Result<CardJob> open_sealed(ByteView sealed, std::string_view dossier, std::uint32_t version, const JobKey& key) {
  CICADA_TRY(const auto run, run_of(sealed));
  auto content = base::to_bytes(sealed.subspan(kHeaderSize, sealed.size() - kOverhead));
  const base::Wiper wiper{content};
  CICADA_CHECK(ossl::decrypt_gcm(key.expose(), sealed.subspan(kNonceAt, ossl::kGcmNonceSize),
                                 associated(dossier, version, run), content, sealed.last(ossl::kGcmTagSize)));
  return parse_job(content);
}

}  // namespace cicada::host::issuance
