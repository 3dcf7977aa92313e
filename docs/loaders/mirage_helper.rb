# Rails: app/helpers/mirage_helper.rb, and MIRAGE_URL in the environment. Plain Ruby otherwise.
# <%= image_tag mirage_url("cats/1.jpg", 640), srcset: mirage_srcset("cats/1.jpg", ratio: "16:9") %>
require "erb"

module MirageHelper
  WIDTHS = [16, 32, 48, 64, 96, 128, 160, 240, 320, 480, 640, 750, 828, 960, 1080, 1200, 1440, 1600, 1920, 2048, 2560,
            3200, 3840].freeze
  RATIOS = %w[1:1 5:4 4:3 3:2 16:10 16:9 2:1 21:9 4:5 3:4 2:3 10:16 9:16 1:2 9:21].freeze
  MAX_SIDE = 4096

  # The URL of one picture, in the ladder's least width that is not below.
  def mirage_url(path, width, ratio: nil, fit: "cover", version: nil, base: ENV.fetch("MIRAGE_URL", ""))
    raise ArgumentError, "Expected one of #{RATIOS.join(', ')} for ratio, received #{ratio}." if ratio && !RATIOS.include?(ratio)
    w = WIDTHS.find { |each| each >= width } || WIDTHS.last
    asked = { w: w }
    if ratio
      across, tall = ratio.split(":").map(&:to_i)
      asked.merge!(h: (2 * w * tall + across) / (2 * across), fit: fit)
    end
    asked[:v] = version if version
    place = path.sub(%r{\A/}, "").split("/").map { |each| ERB::Util.url_encode(each) }.join("/")
    "#{base}/#{place}?#{asked.map { |name, value| "#{name}=#{ERB::Util.url_encode(value.to_s)}" }.join('&')}"
  end

  def mirage_srcset(path, from: 320, up_to: 1920, ratio: nil, **rest)
    across, tall = (ratio || "1:1").split(":").map(&:to_i)
    last = WIDTHS.find { |each| each >= up_to } || WIDTHS.last
    WIDTHS.select { |each| each >= from && each <= last && each * tall <= MAX_SIDE * across }
          .map { |each| "#{mirage_url(path, each, ratio: ratio, **rest)} #{each}w" }.join(", ")
  end
end
