#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE

#include <jerror.h>
#include <jpeglib.h>

#include "codecs.h"

namespace cicada::host::image {
namespace {

using base::ByteView;
using base::fail;
using base::Fault;

/// libjpeg's error manager with a way home. The manager must be the first member: libjpeg knows only that one.
struct ErrorManager {
  jpeg_error_mgr manager;
  std::jmp_buf home;
};

/// Takes the place of the library's own handler, which ends the process.
[[noreturn]] void leave(j_common_ptr info) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a pointer to a struct is one to its first member.
  auto* const errors = reinterpret_cast<ErrorManager*>(info->err);
  std::longjmp(errors->home, 1);
}

/// Damage that the library papers over: an end that came too early is an error, other warnings are when there are many.
/// Trace messages (level 0 and up) are ignored; nothing is printed.
void count_warning(j_common_ptr info, int level) {
  if (level >= 0) return;
  const auto code = info->err->msg_code;
  if (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || ++info->err->num_warnings > kMaxWarnings) leave(info);
}

/// Called for every row of blocks.
void limit_scans(j_common_ptr info) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the library's own idea of inheritance.
  const auto* const decoder = reinterpret_cast<j_decompress_ptr>(info);
  if (decoder->input_scan_number > kMaxScans) leave(info);
}

/// The library fails rather than take more: a picture in several scans is held whole.
constexpr long kMaxMemory = 128L * 1024 * 1024;

enum class Step : std::uint8_t { nothing, header, decoded };

/// One run through the library. What is looked at after a jump lies outside the frame that was left.
struct Run {
  jpeg_decompress_struct decoder{};
  ErrorManager errors{};
  jpeg_progress_mgr progress{};
  Step reached = Step::nothing;
};

void start(Run& run, ByteView jpeg) {
  jpeg_create_decompress(&run.decoder);
  run.decoder.progress = &run.progress;
  run.decoder.mem->max_memory_to_use = kMaxMemory;
  jpeg_mem_src(&run.decoder, jpeg.data(), static_cast<unsigned long>(jpeg.size()));
  if (jpeg_read_header(&run.decoder, TRUE) == JPEG_HEADER_OK) run.reached = Step::header;
}

/// `samples` is large enough for the whole picture.
void decode_into(Run& run, base::MutableByteView samples) {
  jpeg_start_decompress(&run.decoder);
  const std::size_t row =
      std::size_t{run.decoder.output_width} * static_cast<std::size_t>(run.decoder.output_components);
  while (run.decoder.output_scanline < run.decoder.output_height) {
    const auto offset = run.decoder.output_scanline * row;
    if (offset + row > samples.size()) return;
    JSAMPROW line = samples.data() + offset;
    jpeg_read_scanlines(&run.decoder, &line, 1);
  }
  jpeg_finish_decompress(&run.decoder);
  run.reached = Step::decoded;
}

// setjmp and what may jump back to it: between these frames and the library nothing has a destructor.
void start_guarded(Run& run, ByteView jpeg) {
  if (setjmp(run.errors.home) == 0) start(run, jpeg);
}
void decode_guarded(Run& run, base::MutableByteView samples) {
  if (setjmp(run.errors.home) == 0) decode_into(run, samples);
}

/// The library's object, taken down whatever happened.
class Decoder {
 public:
  explicit Decoder(ByteView jpeg) {
    run_.decoder.err = jpeg_std_error(&run_.errors.manager);
    run_.errors.manager.error_exit = leave;
    run_.errors.manager.emit_message = count_warning;
    run_.progress.progress_monitor = limit_scans;
    start_guarded(run_, jpeg);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  Decoder(Decoder&&) = delete;
  Decoder& operator=(Decoder&&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&run_.decoder); }

  [[nodiscard]] base::Result<ImageInfo> info() const {
    if (run_.reached == Step::nothing) {
      return fail({.fault = Fault::malformed, .what = "the header of the JPEG is damaged"});
    }
    return ImageInfo{.format = Format::jpeg,
                     .width = run_.decoder.image_width,
                     .height = run_.decoder.image_height,
                     .components = static_cast<std::uint32_t>(run_.decoder.num_components)};
  }

  base::Result<Picture> decode() {
    CICADA_TRY(const auto header, info());
    CICADA_CHECK(check_size(header.width, header.height));
    if (header.components != 1 && header.components != 3) {
      return fail({.fault = Fault::unsupported, .what = "a JPEG that is neither grey nor RGB"});
    }
    Picture picture{.width = header.width, .height = header.height, .channels = header.components, .samples = {}};
    picture.samples.resize(std::size_t{picture.width} * picture.height * picture.channels);
    run_.decoder.out_color_space = picture.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    decode_guarded(run_, picture.samples);
    if (run_.reached != Step::decoded) {
      return fail({.fault = Fault::malformed, .what = "the JPEG is damaged, cut short, or made of too many scans"});
    }
    return picture;
  }

 private:
  Run run_;
};

}  // namespace

base::Result<ImageInfo> read_jpeg_info(ByteView jpeg) {
  return Decoder{jpeg}.info();
}

base::Result<Picture> decode_jpeg(ByteView jpeg) {
  return Decoder{jpeg}.decode();
}

}  // namespace cicada::host::image
